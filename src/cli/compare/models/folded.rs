//! The weights of layers that include a batch normalization in one of two models.

use super::side::Side;
use crate::exchange::import::{Affine, Tensor, relative_change};
use crate::graph::{Folded, Pair};
use crate::ir::{ParameterId, Role};

/// A parameter of both programs, and its relative change or why there is none.
pub(super) type Compared = ([usize; 2], Result<f64, String>);

/// A stored parameter with its number.
type Stored<'a> = (usize, &'a Tensor);

/// Compares the weight and the bias of a layer with those that the normalization makes of the other one's.
/// `owned` are the parameters of the nodes of both graphs.
pub(super) fn changes(
    sides: &[Side; 2],
    owned: &[Vec<Vec<ParameterId>>; 2],
    pair: &Pair,
    folded: Folded,
) -> Vec<Compared> {
    let nodes = [pair.before, pair.after];
    let stored = |side: usize, node: usize| -> Vec<Stored> {
        let program = sides[side].model.graph.program();
        let ids = owned[side][node].iter().filter(|id| program.parameter(**id).role != Role::Counter);
        ids.filter_map(|id| Some((id.index(), sides[side].tensors.get(id.index())?.as_ref()?))).collect()
    };
    let [own, other] = [folded.side, 1 - folded.side].map(|side| stored(side, nodes[side].index()));
    let norm = stored(folded.side, folded.norm.index());
    let ([weight, bias @ ..], [new_weight, new_bias @ ..]) = (&own[..], &other[..]) else { return Vec::new() };
    let graph = &sides[folded.side].model.graph;
    let affine = match (&norm[..], folded.epsilon(graph)) {
        (&[gamma, beta, mean, variance], Some(epsilon)) => Affine::new([gamma.1, beta.1, mean.1, variance.1], epsilon),
        _ => Err("the normalization before it has no such parameters".to_owned()),
    };
    // Which of the two is the first tensor decides what the change is relative to.
    let change = |folded_tensor: &Tensor, other: &Tensor| match folded.side {
        0 => relative_change(folded_tensor, other, true),
        _ => relative_change(other, folded_tensor, true),
    };
    let ids = |own: usize, other: usize| if folded.side == 0 { [own, other] } else { [other, own] };
    let of_weight = affine.clone().and_then(|affine| {
        let mut best = Err("other sizes".to_owned());
        for folded in affine.weights(weight.1)? {
            best = match (best, change(&folded, new_weight.1)) {
                (Ok(a), Ok(b)) => Ok(f64::min(a, b)),
                (a, b) => a.or(b),
            };
        }
        best
    });
    let mut found = vec![(ids(weight.0, new_weight.0), of_weight)];
    if let Some(new_bias) = new_bias.first() {
        let of_bias = affine.and_then(|affine| change(&affine.bias(bias.first().map(|bias| bias.1))?, new_bias.1));
        // Without a bias of its own, it is that of the normalization.
        let id = bias.first().or(norm.get(1)).map_or(weight.0, |bias| bias.0);
        found.push((ids(id, new_bias.0), of_bias));
    }
    found
}
