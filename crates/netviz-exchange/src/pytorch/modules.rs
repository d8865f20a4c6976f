//! The modules that an operation was called in.

use crate::import::nested;

/// Levels of groups; the parts of a longer path are one group.
const DEPTH: usize = 32;

/// Where an operation belongs.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The path of its module, with dots in between; empty for the whole network.
    pub(super) path: String,
    /// Classes of the modules around it: their paths and the classes.
    pub(super) classes: Vec<(String, String)>,
}

/// A module on the way to an operation.
struct Entry<'a> {
    path: String,
    class: &'a str,
    /// Which call of the module it is, as `@1` for the second one.
    call: Option<&'a str>,
}

/// The place that `nn_module_stack` says: `KEY,PATH,CLASS` from the whole network to the innermost module, with semicolons
/// in between.
pub(super) fn of(stack: &str) -> Place {
    // The innermost ones, if there are more than any network has.
    let mut entries: Vec<Entry> = stack.rsplit(';').filter_map(entry).take(DEPTH).collect();
    entries.reverse();
    let paths = nested(&entries.iter().map(|entry| &*entry.path).collect::<Vec<_>>());
    entries.iter_mut().zip(paths).for_each(|(entry, path)| entry.path = path);
    let Some(innermost) = entries.last() else { return Place::default() };
    let classes = entries.iter().filter(|entry| !entry.path.is_empty());
    Place {
        path: path(&innermost.path, &entries),
        classes: classes.map(|entry| (path(&entry.path, &entries), class(entry.class))).collect(),
    }
}

fn entry(text: &str) -> Option<Entry<'_>> {
    let (key, rest) = text.split_once(',')?;
    let (path, class) = rest.rsplit_once(',')?;
    Some(Entry { path: path.to_owned(), class, call: key.rfind('@').map(|at| &key[at..]) })
}

/// The path of a module, in which modules that are called again have the number of the call: a group for each call.
fn path(of: &str, entries: &[Entry]) -> String {
    let calls = || entries.iter().filter_map(|entry| Some((entry.path.as_str(), entry.call?)));
    let mut path = String::with_capacity(of.len());
    let (mut given, mut end) = (None, 0);
    for (index, part) in of.splitn(DEPTH, '.').enumerate() {
        if index > 0 {
            path.push('.');
            end += 1;
        }
        path.push_str(&part.replace('.', "/"));
        end += part.len();
        let own = calls().find(|(path, _)| *path == of.get(..end).unwrap_or_default()).map(|(_, call)| call);
        if own.is_some() && own != given {
            path.push_str(own.unwrap_or_default());
            given = own;
        }
    }
    path
}

/// The name of a class without its modules: `torch.nn.modules.conv.Conv2d` is `Conv2d`.
fn class(name: &str) -> String {
    name.trim_end_matches(['\'', '>']).rsplit('.').next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_is_a_path_with_classes() {
        let stack = "L__self__,,torchvision.models.resnet.ResNet;L__self___layer1,layer1,torch.nn.modules.container.Sequential;\
                     L__self___layer1_0,layer1.0,torchvision.models.resnet.BasicBlock;\
                     getattr_L__self___layer1___0___relu@1,layer1.0.relu,torch.nn.modules.activation.ReLU";
        let classes = [("layer1", "Sequential"), ("layer1.0", "BasicBlock"), ("layer1.0.relu@1", "ReLU")];
        let classes = classes.map(|(path, class)| (path.to_owned(), class.to_owned())).to_vec();
        assert_eq!(of(stack), Place { path: "layer1.0.relu@1".into(), classes });
    }

    #[test]
    fn the_call_of_a_module_is_said_once() {
        let stack = "a,,main.Net;b@1,block,main.Block;c@1,block.conv,torch.nn.Conv2d";
        assert_eq!(of(stack).path, "block@1.conv");
        assert_eq!(of("a,,main.Net").path, "");
        assert_eq!(of("nonsense;;").path, "");
    }

    #[test]
    fn deep_paths_are_cut() {
        let deep = vec!["a"; 10_000].join(".");
        let path = of(&format!("k,{deep},C")).path;
        assert_eq!((path.matches('.').count(), path.len()), (DEPTH - 1, deep.len()));
    }
}
