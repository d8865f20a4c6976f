//! Lookalike and invisible characters, which word processors, web pages and keyboard layouts put into a file in place
//! of the characters that YAML reads.

use super::Diagnostic;

/// A character that is invisible, or easily mistaken for another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lookalike {
    /// The character.
    character: char,
    /// Its name.
    name: String,
    remedy: Remedy,
}

/// How to fix a lookalike character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remedy {
    /// Type another one.
    Type(char),
    /// Delete it; it is invisible.
    Delete,
    /// Write out what it stands for.
    Expand,
}

impl Lookalike {
    /// The diagnostic that names the character, with a hint.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        let code = format!("U+{:04X} ({})", u32::from(self.character), self.name);
        let other = |looks: &str| format!("{code} looks like {looks}, but is another character");
        let (message, hint) = match self.remedy {
            Remedy::Type(' ') => (other("a space"), "type a space instead".to_owned()),
            Remedy::Type('\n') => (other("a new line"), "start a new line instead".to_owned()),
            Remedy::Type(c) => (other(&format!("`{c}`")), format!("type `{c}` instead")),
            Remedy::Delete => (format!("{code} is invisible, but part of the text"), "delete it".to_owned()),
            Remedy::Expand => (format!("{code} has no meaning here"), "write out what it stands for".to_owned()),
        };
        Diagnostic::error(message).hint(hint)
    }
}

/// Characters that messages call by their Unicode names.
const NAMED: &[(char, &str, Remedy)] = &[
    ('\u{85}', "next line", Remedy::Type('\n')),
    ('\u{a0}', "no-break space", Remedy::Type(' ')),
    ('\u{ad}', "soft hyphen", Remedy::Delete),
    ('\u{1680}', "ogham space mark", Remedy::Type(' ')),
    ('\u{200b}', "zero width space", Remedy::Delete),
    ('\u{200c}', "zero width non-joiner", Remedy::Delete),
    ('\u{200d}', "zero width joiner", Remedy::Delete),
    ('\u{200e}', "left-to-right mark", Remedy::Delete),
    ('\u{200f}', "right-to-left mark", Remedy::Delete),
    ('\u{2028}', "line separator", Remedy::Type('\n')),
    ('\u{2029}', "paragraph separator", Remedy::Type('\n')),
    ('\u{202f}', "narrow no-break space", Remedy::Type(' ')),
    ('\u{205f}', "medium mathematical space", Remedy::Type(' ')),
    ('\u{2060}', "word joiner", Remedy::Delete),
    ('\u{3000}', "ideographic space", Remedy::Type(' ')),
    ('\u{feff}', "byte order mark", Remedy::Delete),
    ('´', "acute accent", Remedy::Type('\'')),
    ('‘', "left single quotation mark", Remedy::Type('\'')),
    ('’', "right single quotation mark", Remedy::Type('\'')),
    ('‚', "single low-9 quotation mark", Remedy::Type('\'')),
    ('‛', "single high-reversed-9 quotation mark", Remedy::Type('\'')),
    ('′', "prime", Remedy::Type('\'')),
    ('“', "left double quotation mark", Remedy::Type('"')),
    ('”', "right double quotation mark", Remedy::Type('"')),
    ('„', "double low-9 quotation mark", Remedy::Type('"')),
    ('‟', "double high-reversed-9 quotation mark", Remedy::Type('"')),
    ('″', "double prime", Remedy::Type('"')),
    ('«', "left-pointing double angle quotation mark", Remedy::Type('"')),
    ('»', "right-pointing double angle quotation mark", Remedy::Type('"')),
    ('\u{2010}', "hyphen", Remedy::Type('-')),
    ('\u{2011}', "non-breaking hyphen", Remedy::Type('-')),
    ('\u{2012}', "figure dash", Remedy::Type('-')),
    ('–', "en dash", Remedy::Type('-')),
    ('—', "em dash", Remedy::Type('-')),
    ('\u{2015}', "horizontal bar", Remedy::Type('-')),
    ('−', "minus sign", Remedy::Type('-')),
    ('\u{fe63}', "small hyphen-minus", Remedy::Type('-')),
    ('\u{2024}', "one dot leader", Remedy::Type('.')),
    ('…', "horizontal ellipsis", Remedy::Expand),
    ('·', "middle dot", Remedy::Type('.')),
    ('∶', "ratio", Remedy::Type(':')),
    ('、', "ideographic comma", Remedy::Type(',')),
    ('。', "ideographic full stop", Remedy::Type('.')),
    ('،', "arabic comma", Remedy::Type(',')),
    ('【', "left black lenticular bracket", Remedy::Type('[')),
    ('】', "right black lenticular bracket", Remedy::Type(']')),
];

/// Scripts, with their letters that look like Latin ones, and those Latin letters.
const LETTERS: &[(&str, &str, &str)] = &[
    ("Cyrillic", "аеорсхуікАВЕКМНОРСТХІѕј", "aeopcxyikABEKMHOPCTXIsj"),
    ("Greek", "οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX"),
];

/// Describes a lookalike character; `None` for other characters.
pub(crate) fn lookalike(character: char) -> Option<Lookalike> {
    let found = |name: &str, remedy| Some(Lookalike { character, name: name.to_owned(), remedy });
    if character.is_ascii() {
        return None;
    }
    if let Some(&(_, name, remedy)) = NAMED.iter().find(|(known, ..)| *known == character) {
        return found(name, remedy);
    }
    match character {
        '\u{2000}'..='\u{200a}' => found("space of another width", Remedy::Type(' ')),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => found("mark of text direction", Remedy::Delete),
        // The block repeats ASCII from `!` on.
        '\u{ff01}'..='\u{ff5e}' => {
            let plain = char::from_u32(u32::from(character) - 0xff01 + u32::from('!'))?;
            found(&format!("full-width `{plain}`"), Remedy::Type(plain))
        }
        _ => None,
    }
}

/// Describes a letter of another script that looks like a Latin one.
pub(crate) fn lookalike_letter(character: char) -> Option<Lookalike> {
    LETTERS.iter().find_map(|(script, others, latin)| {
        let latin = latin.chars().nth(others.chars().position(|other| other == character)?)?;
        Some(Lookalike { character, name: format!("a {script} letter"), remedy: Remedy::Type(latin) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(c: char) -> Option<Remedy> {
        lookalike(c).or_else(|| lookalike_letter(c)).map(|found| found.remedy)
    }

    #[test]
    fn each_letter_has_its_double() {
        for (_, others, latin) in LETTERS {
            assert_eq!(others.chars().count(), latin.chars().count());
            assert!(latin.is_ascii() && others.chars().all(|c| !c.is_ascii()));
        }
        assert_eq!([remedy('і'), remedy('х'), remedy('i')], [Some(Remedy::Type('i')), Some(Remedy::Type('x')), None]);
    }

    #[test]
    fn full_width_characters_stand_for_ascii() {
        assert_eq!([remedy('：'), remedy('～')], [Some(Remedy::Type(':')), Some(Remedy::Type('~'))]);
        assert_eq!([remedy('é'), remedy('層'), remedy('-')], [None; 3]);
    }
}
