//! How a picture is to look, as the command line, a comment in a document and a preprocessor say it.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::cli::Failure;
use crate::cli::failure::print_diagnostics;
use crate::diagnostics::{Diagnostic, excerpt};
use crate::files::{Shown, read};
use crate::limits;
use crate::picture::{Direction, Options, Pick};
use crate::source::{Source, Sources};
use crate::spec::suggest;
use crate::theme::{THEMES, Theme};
use crate::view::VIEWS;
use crate::view::label::Template;

/// How a picture is to look.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub struct DrawArgs {
    /// What is drawn
    #[arg(long, value_name = "VIEW", default_value = VIEWS[0].name)]
    #[arg(value_parser = PossibleValuesParser::new(VIEWS.iter().map(|view| clap::builder::PossibleValue::new(view.name).help(view.doc))))]
    pub view: String,

    /// Where data flows: top to bottom, or left to right [default: as suits the view]
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub direction: Option<Flow>,

    /// Colours: classic, light, dark, auto, print or colorblind, or a theme file
    #[arg(long, value_name = "THEME", default_value = THEMES[0].name)]
    pub theme: String,

    /// Text over the picture; empty for none [default: the network's name]
    #[arg(long, value_name = "TEXT")]
    pub title: Option<String>,

    /// Explain colours and lines below the picture, which is what happens where nothing is said
    #[arg(long, overrides_with = "no_legend")]
    pub legend: bool,

    /// Explain nothing
    #[arg(long, overrides_with = "legend")]
    pub no_legend: bool,

    /// What is written at a layer, such as `{name}\n{kind} {out_shape}`
    #[arg(long, value_name = "TEMPLATE")]
    pub label: Option<String>,

    /// Pixels of a PNG for one of the picture [default: 2, or less where that would be more than 4000]
    #[arg(long, value_name = "N", value_parser = scale)]
    pub scale: Option<f64>,

    /// Most neurons drawn in a layer
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub max_neurons: u32,

    /// Draw every neuron and every connection
    #[arg(long, conflicts_with = "max_neurons")]
    pub full: bool,

    /// Draw N neurons of one layer, such as `code=4`; may be repeated
    #[arg(long, value_name = "LAYER=N", value_delimiter = ',', value_parser = layer_neurons)]
    pub neurons: Vec<(String, usize)>,

    /// Which neurons are drawn where some are left out
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Which::Even)]
    pub pick: Which,

    /// Draw biases as neurons
    #[arg(long)]
    pub bias: bool,

    /// Draw the N strongest neurons of the first layer as the images that they respond to
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    #[arg(value_parser = clap::value_parser!(u16).range(0..=100))]
    pub receptive: u16,

    /// Draw all copies of repeated blocks, this many levels deep; a folded block is drawn once, with × and the
    /// number of its copies
    #[arg(long, value_name = "N", default_value = "0")]
    pub depth: u16,
}

/// Where data flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Flow {
    /// Top to bottom
    Tb,
    /// Left to right
    Lr,
}

/// Which neurons are drawn where some are left out.
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
    /// What the arguments ask for. A theme file is read relative to `folder`; its warnings are printed.
    ///
    /// # Errors
    /// Where the theme or the label is wrong.
    pub fn options(&self, folder: &Path) -> Result<Options, Failure> {
        let view = VIEWS.iter().find(|view| view.name == self.view).unwrap_or(&VIEWS[0]);
        let mut theme = theme(&self.theme, folder)?;
        theme.neurons.extend(self.neurons.iter().cloned());
        Ok(Options {
            view,
            direction: self.direction.map(|flow| match flow {
                Flow::Tb => Direction::Down,
                Flow::Lr => Direction::Right,
            }),
            theme,
            title: self.title.clone(),
            legend: !self.no_legend,
            label: self.label.as_deref().map(Template::parse).transpose()?,
            scale: self.scale,
            max_neurons: self.max_neurons as usize,
            full: self.full,
            pick: match self.pick {
                Which::Even => Pick::Even,
                Which::Strongest => Pick::Strongest,
            },
            bias: self.bias,
            receptive: usize::from(self.receptive),
            depth: usize::from(self.depth),
        })
    }
}

impl DrawArgs {
    /// The file of the theme; `None` where it is one by name.
    pub(super) fn theme_file(&self, folder: &Path) -> Option<PathBuf> {
        is_path(&self.theme).then(|| folder.join(&self.theme))
    }
}

/// No theme has such a name.
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
    let sources = Sources::new(Source::from_bytes(path.shown(), bytes)?);
    let (theme, warnings) =
        Theme::read(&sources).map_err(|diagnostics| Failure::of_model(diagnostics, sources.clone()))?;
    print_diagnostics(&warnings, Some(&sources));
    Ok(theme)
}
