//! Colours and characters. The colours are among the sixteen that a user's theme of the terminal chooses.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;

/// Titles and keys.
pub(super) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// What is there for orientation. Not a grey, which some themes give the background's colour.
pub(super) const FAINT: Style = Style::new().add_modifier(Modifier::DIM);

/// What things look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Whether there are colours. Without, characters tell curves apart.
    pub(super) colored: bool,
    /// Whether there are characters beyond ASCII.
    pub(super) unicode: bool,
}

impl Look {
    /// What standard output and the environment ask for.
    pub(super) fn of_environment() -> Self {
        let colored = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
        Self { colored, unicode: netviz::cli::console::is_unicode() }
    }

    pub(super) fn glyphs(self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    /// What belongs to the samples that are learned from.
    pub(super) fn training(self) -> Style {
        Style::new().fg(self.training_color())
    }

    pub(super) fn training_color(self) -> Color {
        self.color(Color::Cyan)
    }

    /// What belongs to those kept apart.
    pub(super) fn validation(self) -> Style {
        Style::new().fg(self.validation_color())
    }

    pub(super) fn validation_color(self) -> Color {
        self.color(Color::Magenta)
    }

    /// The part of a bar that is done.
    pub(super) fn done(self) -> Style {
        Style::new().fg(self.color(Color::Green))
    }

    fn color(self, color: Color) -> Color {
        if self.colored { color } else { Color::Reset }
    }
}

/// The characters that a view is made of.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// What the line of the training samples consists of.
    pub(super) line: Marker,
    /// The same in a legend.
    pub(super) line_sign: &'static str,
    /// What the line of the validation samples consists of: dots at some distance.
    pub(super) dots: Marker,
    pub(super) dots_sign: &'static str,
    /// Mean over an epoch.
    pub(super) mean: &'static str,
    /// Validation after an epoch.
    pub(super) validation: &'static str,
    /// A bar's parts that are done and not done.
    pub(super) bar: [&'static str; 2],
    /// Axes: vertical, a tick of it, the corner, horizontal, a tick of that.
    pub(super) axes: [&'static str; 5],
    /// Between the facts of the header.
    pub(super) separator: &'static str,
}

const UNICODE: Glyphs = Glyphs {
    line: Marker::Braille,
    line_sign: "━",
    dots: Marker::Braille,
    dots_sign: "┄",
    mean: "●",
    validation: "◆",
    bar: ["━", "─"],
    axes: ["│", "┤", "└", "─", "┴"],
    separator: " · ",
};

const ASCII: Glyphs = Glyphs {
    line: Marker::Custom('.'),
    line_sign: ".",
    dots: Marker::Custom(':'),
    dots_sign: ":",
    mean: "o",
    validation: "x",
    bar: ["#", "-"],
    axes: ["|", "+", "+", "-", "+"],
    separator: ", ",
};
