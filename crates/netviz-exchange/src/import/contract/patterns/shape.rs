//! Changes of the order of values.

use netviz_model::category::Category::Shape;

use super::Pattern;
use super::given::{Value, value, whole};
use crate::import::contract::net::Net;

/// Dimensions split, exchanged and joined.
const REARRANGED: &str = "r = Reshape(x)
                          t = Transpose(r)
                          y = Reshape(t)";

pub(super) const PATTERNS: &[Pattern] = &[
    // Channels of groups take turns.
    Pattern::new(
        "ChannelShuffle",
        Shape,
        "r = Reshape(x)
         t = Transpose(r, perm=swap)
         y = Reshape(t)",
    )
    .keeps_shape(),
    // Such as an image that is cut into windows, or put together again.
    Pattern::new("Rearrange", Shape, REARRANGED),
    // Along two axes.
    Pattern::new(
        "Roll",
        Shape,
        "a = Slice(x)
         b = Slice(x)
         m = Concat(a, b)
         c = Slice(m)
         d = Slice(m)
         y = Concat(c, d)",
    )
    .keeps_shape()
    .only_if(|net, lines| lines.chunks(3).all(|part| is_rolled(net, part))),
    Pattern::new(
        "Roll",
        Shape,
        "a = Slice(x)
         b = Slice(x)
         y = Concat(a, b)",
    )
    .keeps_shape()
    .only_if(is_rolled),
];

/// Whether two slices and what joins them move values along one axis: the end before the start.
fn is_rolled(net: &Net, lines: &[usize]) -> bool {
    let &[end, start, joined] = lines else { return false };
    let number = |node: usize, name: &str| match value(net, node, name) {
        Value::Numbers(numbers) if numbers.len() == 1 => Some(whole(&numbers)?[0]),
        _ => None,
    };
    let has_steps = |node: usize| match value(net, node, "steps") {
        Value::Absent => false,
        Value::Numbers(steps) => whole(&steps).is_none_or(|steps| steps.iter().any(|&step| step != 1)),
        Value::Unknown => true,
    };
    let sizes = net.outputs(joined).first().and_then(|&value| net.ty(value).dims());
    let Some((sizes, along)) = sizes.zip(number(joined, "axis")) else { return false };
    let index = |axis: i64| {
        usize::try_from(axis).ok().or_else(|| sizes.len().checked_sub(usize::try_from(axis.unsigned_abs()).ok()?))
    };
    let is_along = |node: usize| number(node, "axes").is_some_and(|axis| index(axis) == index(along));
    let size = index(along).and_then(|index| i64::try_from(sizes.get(index)?.size()?).ok());
    // Places from the end are those before it, whatever the size is.
    let place = |place: i64| if place < 0 { size.map_or(place, |size| place.saturating_add(size)) } else { place };
    let all = [number(end, "starts"), number(end, "ends"), number(start, "starts"), number(start, "ends")];
    let [Some(from), Some(to), Some(0), Some(until)] = all else { return false };
    let is_far = to >= size.unwrap_or(i64::from(i32::MAX));
    is_far && [end, start].into_iter().all(|node| is_along(node) && !has_steps(node)) && place(from) == place(until)
}
