//! Categories of layers and operations, which decide how they look.

/// Declares the categories: name in a theme file, colour, form among the solids, and whether values pass unchanged.
macro_rules! categories {
    ($($(#[$meta:meta])* $variant:ident $name:literal $hue:ident $form:ident $values:ident;)+) => {
        /// Category of a layer kind or an operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Category {
            $($(#[$meta])* $variant,)+
        }

        impl Category {
            /// Every category, in the order of declaration and of the documentation.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            /// Name in a theme file.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The colour, which every theme defines.
            pub const fn hue(self) -> Hue {
                match self {
                    $(Self::$variant => Hue::$hue,)+
                }
            }

            /// How the view of volumes draws it.
            pub const fn form(self) -> VolumeStyle {
                match self {
                    $(Self::$variant => VolumeStyle::$form,)+
                }
            }

            /// What it does to the values that it passes on.
            pub const fn values(self) -> Values {
                match self {
                    $(Self::$variant => Values::$values,)+
                }
            }
        }
    };
}

categories! {
    /// Fully connected.
    Dense "dense" Blue Solid Computed;
    /// Values looked up in a table.
    Embedding "embedding" Gold Solid Computed;
    /// Convolutions.
    Convolution "convolution" Sky Solid Computed;
    /// Layers with a state from step to step.
    Recurrent "recurrent" Purple Solid Computed;
    /// Attention.
    Attention "attention" Purple Solid Computed;
    /// Pooling.
    Pooling "pooling" Purple Behind Computed;
    /// Normalization.
    Normalization "normalization" Brown Band Computed;
    /// Regularization, active in training only.
    Regularization "regularization" Orange Band Passed;
    /// Activation functions.
    Activation "activation" Green Band Computed;
    /// Changes of shape.
    Shape "shape" Slate Thin Passed;
    /// Layers with several inputs.
    Merge "merge" Pink Joint Computed;
}

/// A colour that every theme defines. Several categories may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hue {
    /// Blue.
    Blue,
    /// Light blue.
    Sky,
    /// Purple.
    Purple,
    /// Brown.
    Brown,
    /// Orange.
    Orange,
    /// Green.
    Green,
    /// Grey with some blue.
    Slate,
    /// Pink.
    Pink,
    /// Dark yellow.
    Gold,
}

impl Hue {
    /// The number of hues.
    pub const COUNT: usize = Self::Gold as usize + 1;
}

/// How the view of volumes draws a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VolumeStyle {
    /// A solid.
    Solid,
    /// A solid directly behind that of its input, if it is not larger.
    Behind,
    /// A band on the solid of its input, if it has the same shape.
    Band,
    /// A solid, or a thin bar if it has one dimension.
    Thin,
    /// A circle, in which connections meet.
    Joint,
}

/// What a category does to the values that it passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// They are computed from its inputs.
    Computed,
    /// They are passed on unchanged in inference, perhaps in another shape.
    Passed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (index, category) in Category::ALL.iter().enumerate() {
            assert!(Category::ALL[..index].iter().all(|other| other.name() != category.name()));
        }
    }
}
