//! Explains problems that are caused by lookalike or invisible characters.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::text::{Character, Place, characters};
use crate::diagnostics::{Diagnostic, Lookalike, lookalike, lookalike_letter};
use crate::source::{Source, Sources, Span};

/// Replaces problems that a lookalike character has caused with a diagnostic that names the character.
///
/// Lookalikes are valid in texts and names, so only those at the place of a problem are reported.
pub fn explained(sources: &Sources, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut suspects: HashMap<usize, Suspects> = HashMap::new();
    let mut result = Vec::new();
    for problem in problems {
        let Some(span) = problem.span else {
            result.push(problem);
            continue;
        };
        let suspects = suspects.entry(span.source).or_insert_with(|| Suspects::of(sources.get(span.source)));
        match suspects.causes(span.start..span.end) {
            None => result.push(problem),
            Some(causes) => result.extend(causes.into_iter().map(|Suspect { range, character }| {
                character.diagnostic().at(Span { start: range.start, end: range.end, ..span })
            })),
        }
    }
    result
}

/// A lookalike character, or a run of the same one.
#[derive(Clone)]
struct Suspect {
    range: Range<usize>,
    character: Lookalike,
}

/// The suspects of a text; each list is sorted by position.
struct Suspects<'a> {
    text: &'a str,
    /// Whether the text is ASCII, and therefore without suspects.
    is_ascii: bool,
    /// Byte offsets of the line ends.
    ends: Vec<usize>,
    /// Outside of quotes and comments.
    plain: Vec<Suspect>,
    /// In quotes.
    quoted: Vec<Suspect>,
    /// Plain ones in the place of YAML's own syntax: at the start of a line, or in its first key.
    structural: Vec<Suspect>,
    /// Start offsets of the lines whose problems have been explained.
    explained: BTreeSet<usize>,
    /// Start offsets of the suspects that have been reported.
    named: BTreeSet<usize>,
}

impl<'a> Suspects<'a> {
    fn of(source: &'a Source) -> Self {
        let text = source.text();
        let (mut plain, mut quoted, mut structural, mut ends) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let is_ascii = text.is_ascii();
        if !is_ascii {
            let mut is_structure = true;
            for Character { offset, c, place, .. } in characters(text) {
                if c == '\n' {
                    ends.push(offset);
                }
                is_structure = c == '\n' || (is_structure && place == Place::Plain && c != ':');
                let Some(character) = lookalike(c) else { continue };
                let suspect = Suspect { range: offset..offset + c.len_utf8(), character };
                if is_structure {
                    add(&mut structural, suspect.clone());
                }
                match place {
                    Place::Plain => add(&mut plain, suspect),
                    Place::Single | Place::Double => add(&mut quoted, suspect),
                    Place::Comment => {}
                }
            }
        }
        let (explained, named) = (BTreeSet::new(), BTreeSet::new());
        Self { text, is_ascii, ends, plain, quoted, structural, explained, named }
    }

    /// The suspects that have caused a problem at `own` and have not been reported yet; `None` if it has another cause.
    ///
    /// These are the plain suspects of its line and the quoted ones inside `own`. If there are none, the cause may be a
    /// word of another script whose letters all look like Latin ones, or the structure of the lines before and after.
    fn causes(&mut self, own: Range<usize>) -> Option<Vec<Suspect>> {
        if self.is_ascii {
            return None;
        }
        let index = self.ends.partition_point(|end| *end < own.start);
        let line = self.line(index);
        if self.explained.contains(&line.start) {
            return Some(Vec::new());
        }
        let mut causes = within(&self.plain, line.clone());
        let is_of_line = !causes.is_empty();
        causes.extend(within(&self.quoted, own.clone()));
        if causes.is_empty() {
            causes = letters(self.text, own);
        }
        let around = self.line(index.saturating_sub(1)).start..self.line(index + 1).end;
        let is_of_others = causes.is_empty();
        if is_of_others {
            causes = within(&self.structural, around);
        }
        if causes.is_empty() {
            return None;
        }
        if is_of_line || is_of_others {
            self.explained.insert(line.start);
        }
        causes.retain(|cause| self.named.insert(cause.range.start));
        Some(causes)
    }

    /// The bytes of a line, counted from 0; past the last one, an empty range.
    fn line(&self, index: usize) -> Range<usize> {
        let end = |index: usize| self.ends.get(index).copied().unwrap_or(self.text.len());
        let start = index.checked_sub(1).map_or(0, |before| (end(before) + 1).min(self.text.len()));
        start..end(index)
    }
}

/// Adds a suspect, merged into the last one if that is the same character directly before it.
fn add(suspects: &mut Vec<Suspect>, suspect: Suspect) {
    match suspects.last_mut() {
        Some(last) if last.range.end == suspect.range.start && last.character == suspect.character => {
            last.range.end = suspect.range.end;
        }
        _ => suspects.push(suspect),
    }
}

fn within(suspects: &[Suspect], range: Range<usize>) -> Vec<Suspect> {
    let first = suspects.partition_point(|suspect| suspect.range.start < range.start);
    suspects[first..].iter().take_while(|suspect| suspect.range.start < range.end).cloned().collect()
}

/// The non-ASCII letters of a word, if all of them look like Latin ones; otherwise, nothing.
fn letters(text: &str, own: Range<usize>) -> Vec<Suspect> {
    let word = text.get(own.clone()).unwrap_or_default();
    if !word.chars().all(|c| c.is_ascii() || lookalike_letter(c).is_some()) {
        return Vec::new();
    }
    let letter = |(at, c): (usize, char)| {
        let start = own.start + at;
        Some(Suspect { range: start..start + c.len_utf8(), character: lookalike_letter(c)? })
    };
    word.char_indices().filter_map(letter).collect()
}
