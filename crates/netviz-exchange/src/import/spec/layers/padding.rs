//! Zeros around an image, which belong to the layer behind.

use netviz_model::schema::ArgValue;

use super::{Call, Entry, Known, Mapped, Reason, aten, keras, onnx};
use crate::import::spec::call::small;
use crate::import::spec::draft::PADDED;

pub(super) const ENTRIES: &[Entry] = &[
    keras(&["ZeroPadding2D"], |call| {
        let sides = call.setting("padding").cloned();
        let pads = match &sides {
            Some(ArgValue::List(sides)) => sides.iter().filter_map(pair).collect(),
            _ => call.pair("padding", 1)?.map(|pad| [pad, pad]).to_vec(),
        };
        padded(call, &pads, call.channels_last())
    }),
    onnx(&["Pad"], |call| {
        let is_zero = call.text("mode").is_none_or(|mode| mode == "constant")
            && match call.operand(2) {
                Known::Weight(value) => value.scalar() == Some(0.0),
                _ => call.float("value", 0.0)? == 0.0,
            };
        let pads = match call.operand(1) {
            Known::Weight(pads) => pads.integers(),
            _ => call.ints("pads"),
        };
        let pads: Option<Vec<usize>> = pads.unwrap_or_default().into_iter().map(small).collect();
        match pads.as_deref() {
            Some(&[0, 0, top, left, 0, 0, bottom, right]) if is_zero => {
                padded(call, &[[top, bottom], [left, right]], false)
            }
            _ => Err(Reason::because("it does not put zeros around an image")),
        }
    }),
    aten(&["pad", "constant_pad_nd"], |call| {
        let is_zero = call.text("mode").is_none_or(|mode| mode == "constant") && call.float("value", 0.0)? == 0.0;
        let pads: Option<Vec<usize>> = call.ints("pad").unwrap_or_default().into_iter().map(small).collect();
        match pads.as_deref() {
            Some(&[left, right, top, bottom]) if is_zero => padded(call, &[[top, bottom], [left, right]], false),
            _ => Err(Reason::because("it does not put zeros around an image")),
        }
    }),
];

fn pair(sides: &ArgValue) -> Option<[usize; 2]> {
    match sides {
        ArgValue::Sizes(sides) => {
            let sides: Vec<usize> = sides.iter().map(|&side| small(side)).collect::<Option<_>>()?;
            sides.try_into().ok()
        }
        ArgValue::Int(side) => small(*side).map(|side| [side; 2]),
        _ => None,
    }
}

fn padded(call: &mut Call, pads: &[[usize; 2]], channels_last: bool) -> Mapped {
    let &[[top, bottom], [left, right]] = pads else { return Err(Reason::because("it pads other than images")) };
    let view = call.view(0)?;
    let (source, [channels, height, width]) = call.image(&view, channels_last)?;
    let sizes = [channels, height + top + bottom, width + left + right];
    let sides = [[top, bottom], [left, right]].map(ArgValue::sizes);
    let arguments = vec![("padding", ArgValue::List(sides.into()))];
    let source = call.push(PADDED, arguments, vec![source], Vec::new(), vec![sizes.to_vec()]);
    Ok(vec![Known::View(Call::as_image(source, sizes, channels_last))])
}
