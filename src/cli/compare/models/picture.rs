//! Draws two models as one network, with marks at what differs.

use std::path::Path;

use super::{CompareArgs, Compared};
use crate::cli::Failure;
use crate::cli::compare::picture::twice;
use crate::cli::render::{self, page, theme};
use crate::files::Shown;
use crate::formats::{FORMATS, Format, by_ending};
use crate::picture;
use crate::picture::{Detail, Direction, Options};
use crate::theme::THEMES;
use crate::views::VIEWS;

/// The files to write, each with its format.
pub(super) fn targets(args: &CompareArgs) -> Result<Vec<(&'static Format, &Path)>, Failure> {
    let svg = args.svg.iter().map(|path| Ok((&FORMATS[0], path.as_path())));
    let others = args.output.iter().map(|path| {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        let format = by_ending(&ending).ok_or_else(|| {
            let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
            let message = format!("`{}`: its ending names no format", path.shown());
            Failure::new(message).hint(format!("formats: {}", names.join(", ")))
        });
        Ok((format?, path.as_path()))
    });
    let targets: Vec<(&Format, &Path)> = svg.chain(others).collect::<Result<_, Failure>>()?;
    twice(&targets, args.json)?;
    let look = &args.picture;
    let options = [
        ("--theme", args.theme.is_some()),
        ("--title", args.title.is_some()),
        ("--view", look.view.is_some()),
        ("--direction", look.direction.is_some()),
        ("--detail", look.detail.is_some()),
        ("--page", look.page.is_some()),
    ];
    if let Some((option, _)) = options.into_iter().find(|(_, is_given)| *is_given && targets.is_empty()) {
        let failure = Failure::new(format!("`{option}` is for a picture, and no file is named for one"));
        return Err(failure.hint("name a file: `--svg FILE`"));
    }
    Ok(targets)
}

/// Draws all pictures, then writes them. Returns what to say about them.
pub(super) fn write(args: &CompareArgs, targets: &[(&Format, &Path)], compared: &Compared) -> Result<String, Failure> {
    if targets.is_empty() {
        return Ok(String::new());
    }
    let [before, after] = [0, 1].map(|side| &compared.sides[side].model.graph);
    let union = compared.layers.union(before, after);
    let title = if before.name() == after.name() {
        format!("{} → {}", compared.sides[0].name, compared.sides[1].name)
    } else {
        format!("{} → {}", before.name(), after.name())
    };
    let look = &args.picture;
    let options = Options {
        view: look.view.or_else(|| VIEWS.iter().find(|view| view.name == "blocks")),
        direction: look.direction.map(Direction::from),
        detail: look.detail.map(Detail::from),
        page: page(look.page.as_deref())?,
        theme: theme(args.theme.as_deref().unwrap_or(THEMES[0].name), Path::new(""))?,
        title: Some(args.title.clone().unwrap_or(title)),
        ..Options::default()
    };
    let picture = picture(&union, None, &options);
    let mut pictures = Vec::new();
    for (format, path) in targets {
        pictures.push((*path, (format.write)(&picture)?));
    }
    render::write(pictures)?;
    let names: Vec<String> = targets.iter().map(|(_, path)| path.shown()).collect();
    Ok(format!("\ndrawn to {}\n", names.join(", ")))
}
