//! Fits a picture to its page: what does not fit is shown with less detail, folded and joined, before it is made smaller.

use std::collections::HashSet;

use super::{Detail, Options, Picture};
use crate::outline::{Joins, Level};
use crate::page::Page;
use crate::scene::{Item, Scene, Shown};
use netviz_model::diagnostics::Diagnostic;

/// What it took to fit a picture to its page.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Fit {
    /// What is left out, in phrases such as `groups are closed`.
    pub left_out: Vec<String>,
    /// If the text cannot be read: the size of the smallest on the page, in pixels.
    pub too_small: Option<f64>,
    /// How many layouts were computed.
    pub layouts: usize,
    /// How many levels show more than this one.
    above: usize,
}

/// The least area that a part takes with the space around it, in pixels.
const PART: f64 = 96.0 * 48.0;
/// How many levels before the first that fits are tried afterwards.
const NEAR: usize = 2;
/// Numbers of parts that a network is joined to at last.
const MOST: [usize; 10] = [48, 32, 22, 16, 12, 9, 7, 5, 4, 3];

/// The scene of a picture that fits its page, and what that took.
///
/// The levels are tried by bisection; those with too many parts for the page are not laid out.
///
/// # Errors
/// If the picture would be too large.
pub(crate) fn scene(picture: &Picture, page: Page) -> Result<(Scene, Fit), Diagnostic> {
    let (scene, fit) = in_direction(picture, page, None)?;
    if !picture.view.turns || picture.options.direction.is_some() || fit.above == 0 && fit.too_small.is_none() {
        return Ok((scene, fit));
    }
    let (turned, other) = in_direction(&picture.turned(), page, Some(fit.above))?;
    let layouts = fit.layouts + other.layouts;
    let covered = |scene: &Scene| scene.width * scene.height * scene.shown.scale.powi(2);
    // What shows more is better, then what is larger.
    let rank = |scene: &Scene, fit: &Fit| (fit.too_small.is_some(), fit.above, -covered(scene));
    let is_better = rank(&turned, &other).partial_cmp(&rank(&scene, &fit)) == Some(std::cmp::Ordering::Less);
    let (scene, fit) = if is_better { (turned, other) } else { (scene, fit) };
    Ok((scene, Fit { layouts, ..fit }))
}

/// The scene of a picture in its direction; if `most` is given, at the level below so many others or one that shows more.
fn in_direction(picture: &Picture, page: Page, most: Option<usize>) -> Result<(Scene, Fit), Diagnostic> {
    let own = picture.level;
    let can_fold = picture.options.unfold == 0;
    let room = page.room([picture.options.theme.text_size; 2]);
    let is_crowded = |level: Level| picture.outline(level).parts.len() as f64 * PART > room[0] * room[1];
    let mut layouts = 0;
    let mut laid_out = |level: Level| -> Result<Attempt, Diagnostic> {
        layouts += 1;
        let mut scene = (picture.view.scene)(&picture.at(level))?;
        let texts = texts(&scene, picture.options);
        let (scale, fits) = page.shown([scene.width, scene.height], texts);
        scene.shown = Shown { scale, unit: page.unit };
        Ok(Attempt { level, scene, too_small: (!fits).then_some(scale * texts[1]) })
    };
    let mut best = if can_fold && is_crowded(own) { None } else { Some(laid_out(own)?) };
    let mut above = 0;
    if can_fold && best.as_ref().is_none_or(|best| best.too_small.is_some()) {
        let mut levels = levels(picture, own);
        levels.truncate(most.unwrap_or(levels.len()));
        // If the last one has to fit, it is tried first: if it does not, none does.
        let mut is_first = most.is_some();
        // Those before `low` do not fit; the one at `high` does, if there is one.
        let (mut low, mut high) = (0, levels.len());
        let mut tried = HashSet::new();
        while low < high {
            let middle = if std::mem::take(&mut is_first) { high - 1 } else { usize::midpoint(low, high) };
            // The last one is laid out in any case.
            if middle + 1 < levels.len() && is_crowded(levels[middle]) {
                low = middle + 1;
                continue;
            }
            let attempt = laid_out(levels[middle])?;
            tried.insert(middle);
            if attempt.too_small.is_none() {
                high = middle;
            } else {
                low = middle + 1;
            }
            if best.as_ref().is_none_or(|best| attempt.is_better(best)) {
                (best, above) = (Some(attempt), middle + 1);
            }
        }
        // Groups as boxes of their own can take less space than with their branches joined, which was tried first. What
        // any other level shows is better than whatever layers are adjacent in one box.
        let is_last = levels.get(high).or(levels.last()).is_some_and(|level| level.most.is_some());
        let before = if is_last { 0 } else { high.saturating_sub(NEAR) }..high;
        let may_be_smaller = |level: Level| level.joins == Joins::Never || level.cuts;
        for near in before.filter(|&near| levels[near].most.is_none() && (is_last || may_be_smaller(levels[near]))) {
            if !tried.contains(&near) && !is_crowded(levels[near]) {
                let attempt = laid_out(levels[near])?;
                if attempt.too_small.is_none() {
                    (best, above) = (Some(attempt), near + 1);
                    break;
                }
            }
        }
    }
    let Attempt { level, scene, too_small } = match best {
        Some(best) => best,
        None => laid_out(own)?,
    };
    Ok((scene, Fit { left_out: left_out(own, level), too_small, layouts, above }))
}

/// A layout.
struct Attempt {
    level: Level,
    scene: Scene,
    /// If the text cannot be read: its size on the page.
    too_small: Option<f64>,
}

impl Attempt {
    /// Whether it fits, or comes closer to that by some hundredths than another one, which shows more.
    fn is_better(&self, other: &Self) -> bool {
        match (self.too_small, other.too_small) {
            (own, Some(other)) => own.is_none_or(|own| own > 1.05 * other),
            // The first one that fits is found last.
            (own, None) => own.is_none(),
        }
    }
}

/// The levels below one, each with less than the one before.
fn levels(picture: &Picture, own: Level) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut level = own;
    if own.unfold > 0 {
        level.unfold = 0;
        levels.push(level);
    }
    if picture.options.detail.is_none() {
        level.detail = Detail::Low;
        levels.push(level);
    }
    if picture.options.depth.is_some() {
        return levels;
    }
    level.series = true;
    let depths = (1..picture.outline(level).depth).rev();
    for level in std::iter::once(level).chain(depths.map(|depth| Level { depth: Some(depth), ..level })) {
        levels.extend([level, Level { joins: Joins::Layers, ..level }]);
    }
    level.depth = Some(0);
    levels.push(level);
    levels.push(Level { brief: true, ..level });
    level.joins = Joins::Layers;
    levels.push(Level { brief: true, ..level });
    // A U says more than columns.
    level.cuts = true;
    levels.push(level);
    level.brief = true;
    levels.push(level);
    // A box over branching modules says least about them.
    let joined = Level { joins: Joins::Groups, ..level };
    if picture.outline(joined).parts.len() < picture.outline(level).parts.len() {
        levels.push(joined);
    }
    levels.extend(MOST.map(|most| Level { most: Some(most), ..level }));
    levels
}

/// What a level shows less than another one.
fn left_out(own: Level, level: Level) -> Vec<String> {
    let mut phrases = Vec::new();
    if level.unfold != own.unfold && level.depth.is_none() {
        phrases.push("repeats are drawn once".to_owned());
    }
    if level.detail != own.detail {
        phrases.push("its detail is low".to_owned());
    }
    match level {
        Level { most: Some(_), .. } => phrases.push("adjacent layers are joined".to_owned()),
        Level { depth: Some(0), .. } => phrases.push("groups are closed".to_owned()),
        Level { depth: Some(depth), .. } if level.depth != own.depth => {
            phrases.push(format!("groups are closed below depth {depth}"));
        }
        _ => {}
    }
    if level.joins > Joins::Never && level.depth != Some(0) && level.most.is_none() {
        phrases.push("branches up to where they join are one box".to_owned());
    }
    if level.brief {
        phrases.push("boxes have fewer lines".to_owned());
    }
    if level.series && level.most.is_none() {
        phrases.push("groups that differ in sizes alone are one".to_owned());
    }
    phrases
}

/// The sizes of ordinary text and of the smallest one.
fn texts(scene: &Scene, options: &Options) -> [f64; 2] {
    let sizes = scene.groups.iter().flat_map(|group| &group.items).filter_map(|item| match item {
        Item::Text(text) => Some(text.size),
        _ => None,
    });
    [options.theme.text_size, sizes.fold(options.theme.text_size, f64::min)]
}
