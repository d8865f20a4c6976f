//! The operations of other programs that are layers of netviz.
//!
//! A family of layers is one file with a table. An entry says for one format which operations they are, and a
//! function adds the layer: its arguments, and its weights in the form of netviz.

#![expect(clippy::unnecessary_wraps, reason = "the entries of a table have one signature")]
#![expect(clippy::float_cmp, reason = "attributes are compared with the values that mean nothing")]
#![expect(clippy::similar_names, reason = "an axis is one of axes, and a view one of views")]

use std::collections::HashMap;
use std::sync::LazyLock;

use super::call::{Call, Known};
use super::{Reason, Set};

/// What an operation gives, or why it is no layer.
type Mapped = Result<Vec<Known>, Reason>;

/// Adds the layer of an operation.
type Map = fn(&mut Call) -> Mapped;

/// Operations of a format that are one kind of layer.
struct Entry {
    set: Set,
    names: &'static [&'static str],
    map: Map,
}

const fn onnx(names: &'static [&'static str], map: Map) -> Entry {
    Entry { set: Set::Onnx, names, map }
}

const fn aten(names: &'static [&'static str], map: Map) -> Entry {
    Entry { set: Set::Aten, names, map }
}

const fn keras(names: &'static [&'static str], map: Map) -> Entry {
    Entry { set: Set::Keras, names, map }
}

const fn pattern(names: &'static [&'static str], map: Map) -> Entry {
    Entry { set: Set::Pattern, names, map }
}

/// Declares the families.
macro_rules! families {
    ($($family:ident),+) => {
        $(mod $family;)+

        /// Every family.
        const FAMILIES: &[&[Entry]] = &[$($family::ENTRIES),+];
    };
}

families! {
    activation, arithmetic, conv2d, dense, dropout, embedding, lstm, merge, normalization, padding, parts, pooling, shape
}

static TABLE: LazyLock<HashMap<(Set, &str), Map>> = LazyLock::new(|| {
    let entries = FAMILIES.iter().flat_map(|family| family.iter());
    entries.flat_map(|entry| entry.names.iter().map(|name| ((entry.set, *name), entry.map))).collect()
});

/// The entry of an operation.
pub(super) fn find(set: Set, name: &str) -> Option<Map> {
    TABLE.get(&(set, name)).copied()
}
