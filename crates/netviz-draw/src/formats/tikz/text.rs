//! Text that `LaTeX` typesets with any engine and font encoding.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::font::drawable;

/// A box with the code point of a character, its first digits above its last, as wide as netviz measured the
/// character.
pub(super) const MISSING: &str = "\\providecommand*\\netvizmissing[2]{\\makebox[1em]{\\fboxsep.06em\\fboxrule.04em\\fbox{%\n  \
     \\resizebox{!}{.6em}{\\ttfamily\\shortstack{#1\\\\#2}}}}}%\n";

/// Characters that are commands of `TeX`, or missing from OT1, the default encoding of `LaTeX`.
const COMMANDS: &[(char, &str)] = &[
    ('\\', "\\textbackslash{}"),
    ('{', "\\{"),
    ('}', "\\}"),
    ('$', "\\symbol{36}"),
    ('&', "\\&"),
    ('#', "\\#"),
    ('%', "\\%"),
    // As wide as in the font that the layout measures; the encoding OT1 has a narrower underscore.
    ('_', "\\makebox[.556em]{\\_}"),
    ('^', "\\textasciicircum{}"),
    ('~', "\\textasciitilde{}"),
    ('<', "\\textless{}"),
    ('>', "\\textgreater{}"),
    ('|', "\\textbar{}"),
    ('"', "\\symbol{34}"),
    // Two or three in a row would become a dash or a quotation mark.
    ('-', "{-}"),
    ('`', "{`}"),
    ('\'', "{'}"),
    ('\u{a0}', "~"),
    ('×', "\\makebox[.584em]{\\ensuremath{\\times}}"),
    ('÷', "\\ensuremath{\\div}"),
    ('±', "\\ensuremath{\\pm}"),
    ('·', "\\ensuremath{\\cdot}"),
    ('µ', "\\ensuremath{\\mu}"),
    ('°', "\\ensuremath{^\\circ}"),
    ('²', "\\ensuremath{^2}"),
    ('−', "\\ensuremath{-}"),
    ('→', "\\ensuremath{\\to}"),
    ('≤', "\\ensuremath{\\leq}"),
    ('≥', "\\ensuremath{\\geq}"),
    ('≈', "\\ensuremath{\\approx}"),
    ('∞', "\\ensuremath{\\infty}"),
    ('…', "\\ldots{}"),
    ('⋮', "\\ensuremath{\\vdots}"),
    ('–', "\\textendash{}"),
    ('—', "\\textemdash{}"),
    ('‘', "\\textquoteleft{}"),
    ('’', "\\textquoteright{}"),
    ('“', "\\textquotedblleft{}"),
    ('”', "\\textquotedblright{}"),
];

/// Letters from U+00C0 to U+017F that OT1 cannot make from a letter and an accent.
const NOT_IN_OT1: &str = "ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ";

/// Escapes text for `TeX`. Characters that are printed as their code points are added to `numbered`.
pub(super) fn escaped(text: &str, numbered: &mut BTreeSet<char>) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars().map(drawable) {
        let command = COMMANDS.iter().find(|(known, _)| *known == c);
        match (c, command) {
            (_, Some((_, command))) => result.push_str(command),
            // Keeps spaces at the ends and repeated spaces.
            (' ', _) => result.push_str("\\ "),
            ('!'..='~', _) => result.push(c),
            ('À'..='ž', _) if !NOT_IN_OT1.contains(c) => result.push(c),
            _ => {
                numbered.insert(c);
                missing(&mut result, c);
            }
        }
    }
    result
}

fn missing(result: &mut String, c: char) {
    let digits = format!("{:04X}", u32::from(c));
    let digits = if digits.len() == 4 { digits } else { format!("{digits:0>6}") };
    let (first, last) = digits.split_at(digits.len() / 2);
    let _ = write!(result, "\\netvizmissing{{{first}}}{{{last}}}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        super::escaped(text, &mut BTreeSet::new())
    }

    #[test]
    fn text_cannot_leave_its_place() {
        assert_eq!(escaped("\\end{x}%\n"), "\\textbackslash{}end\\{x\\}\\%\\ ");
        assert_eq!(escaped("a_1 é·"), "a\\makebox[.556em]{\\_}1\\ é\\ensuremath{\\cdot}");
    }

    #[test]
    fn other_characters_show_their_number() {
        assert_eq!(escaped("ネ🦀"), "\\netvizmissing{30}{CD}\\netvizmissing{01F}{980}");
    }

    #[test]
    fn no_ascii_character_is_left_to_chance() {
        for c in ('!'..='~').filter(|c| !c.is_ascii_alphanumeric() && !"!()*+,./:;=?@[]".contains(*c)) {
            assert!(COMMANDS.iter().any(|(known, _)| *known == c), "{c}");
        }
    }
}
