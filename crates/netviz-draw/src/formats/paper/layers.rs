//! Decides which parts of a scene are drawn as paths and which as pixels.

use super::strokes::Strokes;
use crate::scene::{Group, Item, Scene};
use netviz_model::limits;

/// Parts that are drawn in the same way, from back to front.
pub(super) enum Layer<'a> {
    Groups(&'a [Group]),
    Strokes(Vec<Strokes<'a>>),
}

/// The groups of a scene; those with very many lines are separate.
pub(super) fn layers(scene: &Scene) -> Vec<Layer<'_>> {
    scene
        .groups
        .chunk_by(|a, b| strokes(a).is_none() && strokes(b).is_none())
        .map(|groups| match groups {
            [group] => strokes(group).map_or(Layer::Groups(groups), Layer::Strokes),
            _ => Layer::Groups(groups),
        })
        .collect()
}

/// The lines of a group, if it consists of very many lines and nothing else.
fn strokes(group: &Group) -> Option<Vec<Strokes<'_>>> {
    let lines = |item| match item {
        &Item::Lines { ref segments, stroke } if !stroke.dashed => Some(Strokes { segments, stroke }),
        _ => None,
    };
    let strokes: Vec<Strokes> = group.items.iter().map(lines).collect::<Option<_>>()?;
    let count: usize = strokes.iter().map(|strokes| strokes.segments.len()).sum();
    (count >= limits::VECTOR_LINES).then_some(strokes)
}

/// The scale for very many lines: that of the picture, or less if they would cover more pixels than
/// [`limits::STROKE_PIXELS`]. At this density, nothing visible is lost.
pub(super) fn stroke_scale(layers: &[Layer], scale: f64) -> f64 {
    let strokes = layers.iter().filter_map(|layer| match layer {
        Layer::Strokes(strokes) => Some(strokes),
        Layer::Groups(_) => None,
    });
    let lengths = strokes.flatten().flat_map(|strokes| strokes.segments).map(|[a, b]| (b.x - a.x).hypot(b.y - a.y));
    scale.min(limits::STROKE_PIXELS / lengths.sum::<f64>())
}

/// The default scale: 2, as on high-density screens, or less for a picture that is already large.
pub(super) fn usual_scale(scene: &Scene) -> f64 {
    (LARGE / (scene.width.max(scene.height) * scene.shown.scale)).clamp(1.0, 2.0)
}

/// Maximum length that the default scale enlarges the longer side of a picture to, in pixels.
const LARGE: f64 = 4000.0;
