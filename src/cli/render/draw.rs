//! The drawing options, from the command line, a comment in a document or a preprocessor.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::Failure;
use crate::cli::failure::print_diagnostics;
use crate::diagnostics::{Diagnostic, excerpt};
use crate::files::{Shown, read};
use crate::label::Template;
use crate::limits;
use crate::page::Page;
use crate::picture::View;
use crate::picture::{Detail, Direction, Options, Pick};
use crate::schema::suggest;
use crate::source::{Source, Sources};
use crate::theme::{THEMES, Theme};
use crate::views::VIEWS;

/// Drawing options.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct DrawArgs {
    /// View [default: neurons for a chain of dense layers, volumes for a plain convolutional network, blocks for a deep
    /// or branched one]
    #[arg(long, value_name = "VIEW")]
    #[arg(value_parser = PossibleValuesParser::new(VIEWS.iter().map(|view| clap::builder::PossibleValue::new(view.name).help(view.doc))))]
    pub view: Option<String>,

    /// Direction of the data flow [default: depends on the view]
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub direction: Option<Flow>,

    /// Theme: classic, light, dark, auto, print or colorblind, or a theme file
    #[arg(long, value_name = "THEME", default_value = THEMES[0].name)]
    pub theme: String,

    /// Title of the picture; empty for none [default: name of the network]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,

    /// Show the legend (default)
    #[arg(long, overrides_with = "no_legend")]
    pub legend: bool,

    /// Hide the legend
    #[arg(long, overrides_with = "legend")]
    pub no_legend: bool,

    /// How much is shown of each layer; below high, normalizations, activations and dropout are bands of the layer before
    /// [default: medium, or low where the page is too small]
    #[arg(long, value_enum, value_name = "DETAIL")]
    pub detail: Option<Amount>,

    /// Fold and wrap the picture until it can be read on this page: readme, column, a4, letter, slide, a size such as
    /// 160x247mm, or none [default: readme]
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,

    /// Width of the page, such as 84mm; without --page, its height is free
    #[arg(long, value_name = "LENGTH")]
    pub width: Option<String>,

    /// Size of ordinary text on the page, such as 8pt [default: as large as fits]
    #[arg(long, value_name = "LENGTH")]
    pub font_size: Option<String>,

    /// Leave out the background
    #[arg(long)]
    pub transparent: bool,

    /// Text of each layer, such as `{name}\n{kind} {out_shape}`
    #[arg(long, value_name = "TEMPLATE")]
    pub label: Option<String>,

    /// Pixels of a PNG per pixel of the picture [default: 2, or less if a side would exceed 4000 pixels]
    #[arg(long, value_name = "N", value_parser = scale)]
    pub scale: Option<f64>,

    /// Largest number of neurons drawn per layer [default: 10, or 5 where the page is too small]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_neurons: Option<u32>,

    /// Draw every neuron and every connection
    #[arg(long, conflicts_with = "max_neurons")]
    pub full: bool,

    /// Number of neurons to draw in one layer, such as `code=4`; may be repeated
    #[arg(long, value_name = "LAYER=N", value_delimiter = ',', value_parser = layer_neurons)]
    pub neurons: Vec<(String, usize)>,

    /// Which neurons to draw in a layer that has more than --max-neurons
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Which::Even)]
    pub pick: Which,

    /// Draw biases as neurons
    #[arg(long)]
    pub bias: bool,

    /// Draw the N strongest neurons of the first layer as the images that they respond to
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(0..=100))]
    pub receptive: u16,

    /// Levels of groups that are drawn open; deeper ones are boxes [default: as many as fit the page]
    #[arg(long, value_name = "N")]
    pub depth: Option<u16>,

    /// Draw every copy of repeated blocks, this many levels deep; others are drawn once, with × and their number
    #[arg(long, value_name = "N", default_value = "0")]
    pub unfold: u16,
}

/// How much is shown of each layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Amount {
    /// The shape where it changes
    Low,
    /// Also costs, and arguments other than their defaults
    Medium,
    /// Everything, and each layer by itself
    High,
}

/// Direction of the data flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Flow {
    /// Top to bottom
    Tb,
    /// Left to right
    Lr,
}

impl From<Amount> for Detail {
    fn from(amount: Amount) -> Self {
        match amount {
            Amount::Low => Self::Low,
            Amount::Medium => Self::Medium,
            Amount::High => Self::High,
        }
    }
}

impl From<Flow> for Direction {
    fn from(flow: Flow) -> Self {
        match flow {
            Flow::Tb => Self::Down,
            Flow::Lr => Self::Right,
        }
    }
}

/// Selection of neurons if some are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Which {
    /// Evenly spaced ones
    Even,
    /// Those with the largest weights
    Strongest,
}

fn scale(text: &str) -> Result<f64, String> {
    let scale: Option<f64> = text.parse().ok();
    scale
        .filter(|scale| (0.1..=limits::SCALE).contains(scale))
        .ok_or_else(|| format!("not a number from 0.1 to {}", limits::SCALE))
}

fn layer_neurons(text: &str) -> Result<(String, usize), String> {
    let parts = text.split_once('=').map(|(layer, count)| (layer.trim(), count.trim().parse()));
    match parts {
        Some((layer, Ok(count))) if count > 0 && !layer.is_empty() => Ok((layer.to_owned(), count)),
        _ => Err("expected a layer and a number from 1, such as `code=4`".to_owned()),
    }
}

impl DrawArgs {
    /// The view that is requested, by name or by an option that only the view of neurons has.
    pub(super) fn wanted_view(&self) -> Option<&'static View> {
        let needs_neurons =
            self.full || self.bias || !self.neurons.is_empty() || self.receptive > 0 || self.pick == Which::Strongest;
        let name = self.view.as_deref().or(needs_neurons.then_some("neurons"))?;
        VIEWS.iter().find(|view| view.name == name)
    }

    /// The options of a picture. A theme file is read relative to `folder`; its warnings are printed.
    ///
    /// # Errors
    /// If the theme or the label is invalid.
    pub fn options(&self, folder: &Path) -> Result<Options, Failure> {
        let mut theme = theme(&self.theme, folder)?;
        theme.neurons.extend(self.neurons.iter().cloned());
        Ok(Options {
            view: self.wanted_view(),
            direction: self.direction.map(Direction::from),
            theme,
            title: self.title.clone(),
            legend: !self.no_legend,
            transparent: self.transparent,
            detail: self.detail.map(Detail::from),
            page: self.fitted()?,
            label: self.label.as_deref().map(Template::parse).transpose()?,
            scale: self.scale,
            max_neurons: self.max_neurons.map(|most| most as usize),
            full: self.full,
            pick: match self.pick {
                Which::Even => Pick::Even,
                Which::Strongest => Pick::Strongest,
            },
            bias: self.bias,
            receptive: usize::from(self.receptive),
            depth: self.depth.map(usize::from),
            unfold: usize::from(self.unfold),
            ..Options::default()
        })
    }
}

impl DrawArgs {
    /// The page; `None` for none.
    fn fitted(&self) -> Result<Option<Page>, Diagnostic> {
        let named = match self.page.as_deref() {
            None if self.width.is_some() => None,
            named => page(named)?,
        };
        let page = match &self.width {
            Some(width) => Some(Page::of_width(width, named)?),
            None => named,
        };
        match (&self.font_size, page) {
            (Some(size), Some(page)) => page.with_font_size(size).map(Some),
            (Some(size), None) => Page::UNBOUNDED.with_font_size(size).map(Some),
            (None, page) => Ok(page),
        }
    }

    /// The file of the theme; `None` for a built-in one.
    pub(super) fn theme_file(&self, folder: &Path) -> Option<PathBuf> {
        is_path(&self.theme).then(|| folder.join(&self.theme))
    }
}

/// A page by its name; `None` for none.
pub(in crate::cli) fn page(name: Option<&str>) -> Result<Option<Page>, Diagnostic> {
    match name {
        Some("none") => Ok(None),
        Some(page) => Page::parse(page).map(Some),
        None => Ok(Some(Page::README)),
    }
}

/// Whether a theme is given by its path: no built-in name has these characters.
fn is_path(theme: &str) -> bool {
    theme.contains(['/', '\\', '.'])
}

/// A theme by its name, or from a file.
pub(in crate::cli) fn theme(name: &str, folder: &Path) -> Result<Theme, Failure> {
    if let Some(theme) = crate::theme::find(name) {
        return Ok(theme);
    }
    if !is_path(name) {
        let names = THEMES.iter().map(|preset| preset.name);
        let hint = suggest::hint(name, names) + ", or a theme file such as `mine.yaml`";
        return Err(Diagnostic::error(format!("there is no theme `{}`", excerpt(name))).hint(hint).into());
    }
    let path = folder.join(name);
    let bytes = read(&path, limits::MODEL_FILE)
        .map_err(|error| error.diagnostic("the theme", &path).hint("name a theme, or a YAML file with one"))?;
    let sources = Sources::new(Source::from_bytes(path.shown(), bytes).map_err(Diagnostic::from)?);
    let (theme, warnings) =
        Theme::read(&sources).map_err(|diagnostics| Failure::of_model(diagnostics, sources.clone()))?;
    print_diagnostics(&warnings, Some(&sources));
    Ok(theme)
}
