//! The versions of the sets of operators that a file is written in.

use std::collections::HashMap;

use netviz_model::diagnostics::Diagnostic;

use crate::onnx::proto::{ModelProto, NodeProto, OperatorSetIdProto};

/// The newest version of ONNX's own set of which the meanings are known.
const NEWEST: i64 = 28;
/// The first version of the format in which files state their sets; earlier ones use the first version of ONNX's own.
const STATED_SINCE: i64 = 3;

/// The versions by the domains of the sets; the last one that is stated counts.
pub(super) fn of(sets: &[OperatorSetIdProto]) -> HashMap<&str, i64> {
    sets.iter().map(|set| (domain(&set.domain), set.version)).collect()
}

/// The versions of a whole file, and a warning if that of ONNX's own set is none: the newest one takes its place.
pub(super) fn of_file<'a>(model: &'a ModelProto, nodes: &[NodeProto]) -> (HashMap<&'a str, i64>, Option<Diagnostic>) {
    let mut versions = of(&model.opset_import);
    let stated = versions.get("").copied();
    let is_used = nodes.iter().any(|node| domain(&node.domain).is_empty());
    let mut own = model.opset_import.iter().filter(|set| domain(&set.domain).is_empty()).map(|set| set.version);
    let other = own.find(|&version| Some(version) != stated);
    let problem = match stated {
        None if model.ir_version < STATED_SINCE => {
            versions.insert("", 1);
            None
        }
        None => is_used.then(|| "does not state which version of ONNX's operators it is written in".to_owned()),
        Some(version) if version < 1 => Some(format!("states version {version} of ONNX's operators, which is none")),
        Some(version) if version > NEWEST => {
            Some(format!("states version {version} of ONNX's operators, which is newer than this program"))
        }
        Some(version) => other.map(|other| format!("states two versions of ONNX's operators, {other} and {version}")),
    };
    if versions.get("").is_none_or(|version| !(1..=NEWEST).contains(version)) {
        versions.insert("", NEWEST);
    }
    let taken = versions.get("").copied().unwrap_or(NEWEST);
    let warning = problem.map(|problem| {
        Diagnostic::warning(format!("the file {problem}")).hint(format!("it is read as of version {taken}"))
    });
    (versions, warning)
}

/// The name of a set of operators; both names of ONNX's own are empty.
pub(super) fn domain(name: &str) -> &str {
    if name == "ai.onnx" { "" } else { name }
}
