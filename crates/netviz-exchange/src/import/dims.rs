//! Sizes that a user fixes.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Most names of sizes that are remembered.
const MOST: usize = 1000;

/// Sizes for symbols, such as `N`, and the names that a reader has looked for: those that the file has.
#[derive(Debug, Default)]
pub struct Dims {
    given: BTreeMap<String, usize>,
    asked: RefCell<BTreeSet<String>>,
    is_shared: bool,
}

impl Dims {
    /// These sizes.
    pub fn new(given: BTreeMap<String, usize>) -> Self {
        Self { given, ..Self::default() }
    }

    /// The same sizes, given to several files, of which not every one need have all.
    #[must_use]
    pub fn shared(self) -> Self {
        Self { is_shared: true, ..self }
    }

    /// The size of a symbol of the file, if one is given.
    pub(crate) fn get(&self, name: &str) -> Option<&usize> {
        let mut asked = self.asked.borrow_mut();
        if asked.len() < MOST && !asked.contains(name) {
            asked.insert(name.to_owned());
        }
        self.given.get(name)
    }

    /// The names that are given, but that no reader has looked for; none if the sizes are shared.
    pub fn unused(&self) -> Vec<&str> {
        let asked = self.asked.borrow();
        let names = self.given.keys().map(String::as_str);
        if asked.len() < MOST && !self.is_shared {
            names.filter(|name| !asked.contains(*name)).collect()
        } else {
            Vec::new()
        }
    }

    /// The names of the file's sizes, in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        self.asked.borrow().iter().cloned().collect()
    }
}
