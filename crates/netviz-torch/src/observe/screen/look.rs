//! Colours and characters of a view. The colours are among the 16 that the terminal's theme defines.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::Marker;

/// Titles and keys.
pub(super) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// Axes, labels and other secondary text. Dim, not grey: some themes give grey the colour of the background.
pub(super) const FAINT: Style = Style::new().add_modifier(Modifier::DIM);

/// The capabilities of the terminal that a view uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Whether to use colours. Without them, characters tell curves apart.
    pub(super) colored: bool,
    /// Whether to use characters beyond ASCII.
    pub(super) unicode: bool,
}

impl Look {
    /// Detects the capabilities of standard output and the environment.
    pub(super) fn of_environment() -> Self {
        let colored = anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
        Self { colored, unicode: netviz::cli::console::is_unicode() }
    }

    pub(super) fn glyphs(self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    /// The style of training metrics.
    pub(super) fn training(self) -> Style {
        Style::new().fg(self.training_color())
    }

    pub(super) fn training_color(self) -> Color {
        self.color(Color::Cyan)
    }

    /// The style of validation metrics.
    pub(super) fn validation(self) -> Style {
        Style::new().fg(self.validation_color())
    }

    pub(super) fn validation_color(self) -> Color {
        self.color(Color::Magenta)
    }

    /// The style of the completed part of a bar.
    pub(super) fn done(self) -> Style {
        Style::new().fg(self.color(Color::Green))
    }

    fn color(self, color: Color) -> Color {
        if self.colored { color } else { Color::Reset }
    }
}

/// The characters of a view.
#[derive(Debug)]
pub(super) struct Glyphs {
    /// The marker of the training line.
    pub(super) line: Marker,
    /// The training line in a legend.
    pub(super) line_sign: &'static str,
    /// The marker of the validation line, which is dotted.
    pub(super) dots: Marker,
    pub(super) dots_sign: &'static str,
    /// The mark for the mean over an epoch.
    pub(super) mean: &'static str,
    /// The mark for the validation after an epoch.
    pub(super) validation: &'static str,
    /// The completed and the remaining part of a bar.
    pub(super) bar: [&'static str; 2],
    /// Axes: vertical line, its tick, corner, horizontal line, its tick.
    pub(super) axes: [&'static str; 5],
    /// Separates the parts of the header.
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
