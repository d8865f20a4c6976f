//! Colours that follow the reader's light or dark setting.
//!
//! The light colour is an attribute, which every viewer supports; a style sheet changes it on a dark page. Classes are
//! named after their colours, so that several pictures in one page do not conflict.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::theme::Paint;

/// What a paint is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Property {
    Fill,
    Stroke,
    StopColor,
}

impl Property {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Stroke => "stroke",
            Self::StopColor => "stop-color",
        }
    }
}

/// The adaptive paints of a picture.
#[derive(Default)]
pub(super) struct Adaptive(BTreeSet<(Property, Paint)>);

impl Adaptive {
    /// The class of a paint; `None` if both colours are the same.
    pub(super) fn class(&mut self, property: Property, paint: Paint) -> Option<String> {
        paint.is_adaptive().then(|| {
            self.0.insert((property, paint));
            class(property, paint)
        })
    }

    /// The style sheet for the reader's system; empty if no colour is adaptive.
    pub(super) fn style(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        format!("<style>@media (prefers-color-scheme: dark){{{}}}</style>\n", self.rules(|paint| paint.dark.hex()))
    }

    /// The rules for a page whose `color-scheme` decides.
    pub(super) fn page_rules(&self) -> String {
        self.rules(|paint| format!("light-dark({},{})", paint.light.hex(), paint.dark.hex()))
    }

    fn rules(&self, value: impl Fn(Paint) -> String) -> String {
        self.0.iter().fold(String::new(), |mut rules, &(property, paint)| {
            let _ = write!(rules, ".{}{{{}:{}}}", class(property, paint), property.name(), value(paint));
            rules
        })
    }
}

/// `fill-1f2328-e6edf3`.
fn class(property: Property, paint: Paint) -> String {
    let digits = |color: crate::theme::Color| color.hex().trim_start_matches('#').to_owned();
    format!("{}-{}-{}", property.name(), digits(paint.light), digits(paint.dark))
}
