//! The shape of the input: as written, or as probably meant.

use super::Lowered;
use crate::dataset::Dataset;
use crate::diagnostics::{Diagnostic, Problems};
use crate::graph::Node;
use crate::shape::Shape;
use crate::spec::{Input, Spanned, Spec};

/// The layers lowered for the input as written. If it does not fit the data or the layers, but another shape does that is
/// probably meant, this is the only problem reported, and the layers are lowered for the other shape. If both fit, but
/// compute different things, a warning is added.
pub(super) fn resolve_input(
    spec: &Spec,
    lower: impl Fn(Option<&Shape>, &mut Problems) -> Lowered,
    problems: &mut Problems,
) -> Lowered {
    let mut own = Problems::default();
    let lowered = lower(spec.input.as_ref().map(|input| &input.value.shape), &mut own);
    let Some(input) = &spec.input else {
        problems.extend(own);
        return lowered;
    };
    let refused =
        spec.train.as_ref().map(|train| train.data.value).filter(|data| data.adapt(&input.value.shape).is_none());
    let turned = input.value.shape.channels_first();
    let candidates: Vec<Shape> = match refused {
        Some(dataset) => {
            turned.into_iter().filter(|shape| dataset.adapt(shape).is_some()).chain(dataset.inputs()).collect()
        }
        None => Vec::from_iter(turned),
    };
    let meant = candidates.into_iter().find_map(|shape| {
        let mut others = Problems::default();
        let lowered = lower(Some(&shape), &mut others);
        (!others.has_errors()).then_some((shape, lowered))
    });
    if let Some(dataset) = refused {
        problems.push(wrong_input(dataset, input, meant.as_ref().map(|(shape, _)| shape)));
    }
    match meant {
        Some((_, meant)) if refused.is_some() => meant,
        Some((shape, meant)) if own.has_errors() => {
            problems.push(channels_last(Diagnostic::error, input, &shape));
            meant
        }
        Some((shape, meant)) if differ(&lowered, &meant) => {
            problems.push(channels_last(Diagnostic::warning, input, &shape));
            lowered
        }
        _ => {
            problems.extend(own);
            lowered
        }
    }
}

/// Whether the networks for two input shapes compute different things.
fn differ(before: &Lowered, after: &Lowered) -> bool {
    let measures = |node: Option<&Node>| node.map(|node| (node.parameters.total(), node.flops));
    !before.nodes().map(measures).eq(after.nodes().map(measures))
}

fn channels_last(severity: fn(String) -> Diagnostic, input: &Spanned<Input>, meant: &Shape) -> Diagnostic {
    let [channels, height, width] = input.value.shape.as_image().unwrap_or_default();
    severity(format!("the input is {channels} channels of {height}×{width}: sizes are channels, height, width"))
        .at(input.span)
        .hint(format!("write `{}`", meant.line()))
}

fn wrong_input(dataset: &Dataset, input: &Spanned<Input>, meant: Option<&Shape>) -> Diagnostic {
    let [image, flat] = dataset.inputs();
    let message = format!("`{}` has samples of {image}, but the input is {}", dataset.name, input.value.shape);
    let hint = match meant {
        Some(meant) if input.value.shape.channels_first().is_some() => {
            format!("write `{}`: channels, height, width", meant.line())
        }
        Some(meant) if *meant == flat => format!("write `{}`", flat.line()),
        Some(meant) => format!("write `{}`; a larger height and width are padded with 0", meant.line()),
        None => format!("write `{}` or `{}`; a larger height and width are padded with 0", flat.line(), image.line()),
    };
    Diagnostic::error(message).at(input.span).hint(hint)
}
