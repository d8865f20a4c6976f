//! How much memory the values of a JSON text take, before they are read.
//!
//! A value of two bytes in a text takes a hundred in memory, and a text compresses to a thousandth of it, so that the size
//! of a file says little.

use netviz_model::{limits, text};

/// What one value takes in memory at most, in bytes, with what growing lists and tables take in addition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    /// A value behind another one.
    pub(crate) value: u64,
    /// A list.
    pub(crate) list: u64,
    /// An object.
    pub(crate) object: u64,
}

/// Checks that the values of a text fit into what a file of this length may take.
///
/// # Errors
/// If they do not: how much they take.
pub(crate) fn check_json(json: &[u8], costs: Costs, length: usize) -> Result<(), String> {
    let (most, memory) = (limits::json_structure(length as u64), memory(json, costs));
    if memory <= most {
        return Ok(());
    }
    let [memory, most] = [memory, most].map(text::bytes);
    Err(format!("its JSON would take {memory} of memory, more than {most}"))
}

fn memory(json: &[u8], costs: Costs) -> u64 {
    let (mut memory, mut in_string, mut is_escaped) = (0_u64, false, false);
    for &byte in json {
        if in_string {
            in_string = is_escaped || byte != b'"';
            is_escaped = !is_escaped && byte == b'\\';
            continue;
        }
        memory += match byte {
            b'"' => {
                in_string = true;
                0
            }
            b',' => costs.value,
            b'[' => costs.list,
            b'{' => costs.object,
            _ => 0,
        };
    }
    memory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_strings_takes_no_memory_of_its_own() {
        let costs = Costs { value: 1, list: 100, object: 10_000 };
        assert_eq!(memory(br#"{"a,[{\\\"": [1, 2, {}], "b": "[" }"#, costs), 20_103);
    }
}
