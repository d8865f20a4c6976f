//! What lies where it should not: overlaps, lines through boxes, text that is cut.
//!
//! Layers that are drawn as one figure may overlap, such as a pooling in front of its convolution in the view of volumes:
//! no line leads to the second one.

use std::collections::{HashMap, HashSet};

use netviz::scene::{Point, Scene};

use super::geometry::{Polygon, shared};
use super::parts::{Body, NEAR, Part, pairs, parts};

/// Parts may overlap this far, in pixels: borders have a width, and fonts differ by fractions.
const TOLERANCE: f64 = 1.0;
/// Distance of a box from the frame around it.
const INSIDE: f64 = 2.0;
/// Length along which lines that run close together look like one.
const LONG: f64 = 6.0;

/// What is wrong with two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Two texts overlap.
    TextOverText,
    /// A text overlaps a box that is not its own, or lies in one where only a connection's label can be.
    TextOverBox,
    /// Two boxes overlap, and neither contains the other.
    BoxOverBox,
    /// A box touches the frame that it is in.
    BoxOnFrame,
    /// A connection runs through a box that is not one of its ends.
    LineThroughBox,
    /// A connection runs through a text.
    LineOverText,
    /// Connections that share neither source nor target run on top of one another.
    LineOverLine,
    /// A text leaves its own box, or the picture.
    CutText,
}

impl Kind {
    pub(crate) const ALL: [Self; 8] = [
        Self::TextOverText,
        Self::TextOverBox,
        Self::BoxOverBox,
        Self::BoxOnFrame,
        Self::LineThroughBox,
        Self::LineOverText,
        Self::LineOverLine,
        Self::CutText,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TextOverText => "text over text",
            Self::TextOverBox => "text over box",
            Self::BoxOverBox => "box over box",
            Self::BoxOnFrame => "box on frame",
            Self::LineThroughBox => "line through box",
            Self::LineOverText => "line over text",
            Self::LineOverLine => "line over line",
            Self::CutText => "cut text",
        }
    }
}

/// A fault, and the ids or texts of the two parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) parts: [String; 2],
}

/// The faults of a scene, each pair once.
pub(super) fn faults(scene: &Scene) -> Vec<Fault> {
    let all = parts(scene);
    let context = Context::of(scene, &all);
    let mut faults: HashSet<Fault> = all.iter().filter_map(|part| context.beyond_picture(part)).collect();
    pairs(&all, [scene.width, scene.height], |a, b| {
        if let Some(kind) = context.kind(a, b) {
            faults.insert(Fault { kind, parts: [context.name(a), context.name(b)] });
        }
    });
    let mut faults: Vec<Fault> = faults.into_iter().collect();
    faults.sort_unstable();
    faults
}

/// What must be known about a whole scene to compare two of its parts.
struct Context<'a> {
    scene: &'a Scene,
    /// For each group, the filled shapes in it.
    grounds: Vec<Vec<&'a Polygon>>,
    /// For each group, the first group of the figure that it belongs to.
    figures: Vec<usize>,
    /// For each group, the groups at its ends if it is a connection.
    ends: Vec<Option<[usize; 2]>>,
}

impl<'a> Context<'a> {
    fn of(scene: &'a Scene, parts: &'a [Part]) -> Self {
        let mut grounds = vec![Vec::new(); scene.groups.len()];
        for part in parts {
            if let Body::Shape { outline, is_filled: true } = &part.body {
                grounds[part.group].push(outline);
            }
        }
        let index: HashMap<&str, usize> =
            scene.groups.iter().enumerate().map(|(index, group)| (group.id.as_str(), index)).collect();
        let ends = scene.groups.iter().map(|group| {
            let [from, to] = group.ends.as_ref()?;
            Some([*index.get(from.as_str())?, *index.get(to.as_str())?])
        });
        let ends: Vec<Option<[usize; 2]>> = ends.collect();
        let targets: HashSet<usize> = ends.iter().flatten().map(|[_, to]| *to).collect();
        let mut figures: Vec<usize> = Vec::with_capacity(scene.groups.len());
        for (index, group) in scene.groups.iter().enumerate() {
            let before = index.checked_sub(1).filter(|&before| scene.groups[before].class == "layer");
            let joined = before.filter(|_| group.class == "layer" && !targets.contains(&index));
            figures.push(joined.map_or(index, |before| figures[before]));
        }
        Self { scene, grounds, figures, ends }
    }

    /// Whether two groups are of one figure: a figure of several layers is drawn from the first or from the last one, and
    /// connections lead to the first and leave the last.
    fn are_one(&self, a: usize, b: usize) -> bool {
        const MOST_LAYERS: usize = 8;
        let is_end = |end: usize, group: usize| self.ends.iter().flatten().any(|ends| ends[end] == group);
        let is_part =
            |group: usize| self.scene.groups[group].class == "layer" && !(is_end(0, group) && is_end(1, group));
        let are_near = a.abs_diff(b) < MOST_LAYERS && is_part(a) && is_part(b);
        self.figures[a] == self.figures[b] || (are_near && !self.ends.contains(&Some([a.min(b), a.max(b)])))
    }

    fn name(&self, part: &Part) -> String {
        let id = &self.scene.groups[part.group].id;
        match part.body {
            Body::Text { text, .. } => format!("`{text}` of {id}"),
            Body::Shape { .. } | Body::Line { .. } => id.clone(),
        }
    }

    fn beyond_picture(&self, part: &Part) -> Option<Fault> {
        let Body::Text { around, .. } = &part.body else { return None };
        let (width, height) = (0.0..=self.scene.width, 0.0..=self.scene.height);
        let is_inside = around.0.iter().all(|p| width.contains(&p.x) && height.contains(&p.y));
        (!is_inside).then(|| Fault { kind: Kind::CutText, parts: [self.name(part), "picture".into()] })
    }

    /// What is wrong with two parts, of which `a` is drawn first.
    fn kind(&self, a: &Part, b: &Part) -> Option<Kind> {
        match (&a.body, &b.body) {
            (Body::Text { around: of_a, .. }, Body::Text { around: of_b, .. }) => {
                is_deep(of_a, of_b).then_some(Kind::TextOverText)
            }
            (Body::Text { around, .. }, Body::Shape { outline, is_filled }) => {
                self.text_and_shape(around, a.group, outline, b.group, *is_filled)
            }
            (Body::Shape { outline, is_filled }, Body::Text { around, .. }) => {
                self.text_and_shape(around, b.group, outline, a.group, *is_filled)
            }
            (Body::Shape { outline: of_a, is_filled }, Body::Shape { outline: of_b, .. }) => {
                if !is_deep(of_a, of_b) || self.are_one(a.group, b.group) {
                    None
                } else if of_a.contains(of_b, TOLERANCE) {
                    (!is_filled && !of_a.contains(of_b, -INSIDE)).then_some(Kind::BoxOnFrame)
                } else {
                    (!of_b.contains(of_a, TOLERANCE)).then_some(Kind::BoxOverBox)
                }
            }
            (Body::Line { ends, .. }, Body::Shape { outline, is_filled }) => {
                self.line_and_shape(*ends, a.group, outline, b.group, *is_filled)
            }
            (Body::Shape { outline, is_filled }, Body::Line { ends, .. }) => {
                self.line_and_shape(*ends, b.group, outline, a.group, *is_filled)
            }
            (Body::Line { ends, .. }, Body::Text { around, .. }) => {
                // The shape that the text is written on covers a line that is drawn before.
                (!self.is_on_ground(b.group, around) && is_deep(around, &line(*ends))).then_some(Kind::LineOverText)
            }
            (Body::Text { around, .. }, Body::Line { ends, .. }) => {
                is_deep(around, &line(*ends)).then_some(Kind::LineOverText)
            }
            (Body::Line { ends: of_a, is_bundle: false }, Body::Line { ends: of_b, is_bundle: false }) => {
                self.lines(*of_a, a.group, *of_b, b.group)
            }
            (Body::Line { .. }, Body::Line { .. }) => None,
        }
    }

    /// Whether a text of a group is on a filled shape of the group.
    fn is_on_ground(&self, group: usize, text: &Polygon) -> bool {
        self.grounds[group].iter().any(|ground| ground.contains(text, TOLERANCE))
    }

    fn text_and_shape(
        &self,
        text: &Polygon,
        of_text: usize,
        outline: &Polygon,
        of_shape: usize,
        is_filled: bool,
    ) -> Option<Kind> {
        // A frame without filling may be around a text, and a shape around those of its own group.
        let may_contain = of_text == of_shape || !is_filled;
        let is_fine = !is_deep(text, outline)
            || (may_contain && outline.contains(text, TOLERANCE))
            || self.is_on_ground(of_text, text);
        let kind = if of_text == of_shape { Kind::CutText } else { Kind::TextOverBox };
        (!is_fine).then_some(kind)
    }

    fn line_and_shape(
        &self,
        ends: [Point; 2],
        of_line: usize,
        outline: &Polygon,
        of_shape: usize,
        is_filled: bool,
    ) -> Option<Kind> {
        let figure = self.figures[of_shape];
        let is_end = self.ends[of_line].is_some_and(|ends| ends.iter().any(|&end| self.figures[end] == figure));
        let is_around = !is_filled && outline.contains(&line(ends), TOLERANCE);
        (!is_end && !is_around && is_deep(outline, &line(ends))).then_some(Kind::LineThroughBox)
    }

    fn lines(&self, a: [Point; 2], of_a: usize, b: [Point; 2], of_b: usize) -> Option<Kind> {
        let ends = [of_a, of_b].map(|group| self.scene.groups[group].ends.as_ref());
        // Lines branch from one source, and may merge on the way to one target.
        let is_apart = ends[0].zip(ends[1]).is_none_or(|([a, b], [c, d])| a != c && b != d);
        (is_apart && shared(a, b, NEAR) > LONG).then_some(Kind::LineOverLine)
    }
}

fn is_deep(a: &Polygon, b: &Polygon) -> bool {
    a.depth(b) > TOLERANCE
}

fn line(ends: [Point; 2]) -> Polygon {
    Polygon(ends.to_vec())
}
