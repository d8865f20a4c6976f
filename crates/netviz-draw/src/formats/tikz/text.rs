//! Text that `LaTeX` typesets with any engine and font encoding.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::font::drawable;

/// A times sign as wide as in the font that netviz measures, and a box with the code point of a character, its first
/// digits above its last, as wide as netviz measured the character.
pub(super) const DEFINITIONS: &str = "\\providecommand*\\netviztimes{\\makebox[.584em]{$\\times$}}%\n\
     \\providecommand*\\netvizmissing[2]{\\makebox[1em]{\\fboxsep.06em\\fboxrule.04em\\fbox{%\n  \
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
    ('_', "\\_"),
    ('^', "\\textasciicircum{}"),
    ('~', "\\textasciitilde{}"),
    ('<', "\\textless{}"),
    ('>', "\\textgreater{}"),
    ('|', "\\textbar{}"),
    ('"', "\\symbol{34}"),
    // After an exclamation or a question mark, it would become a Spanish one.
    ('`', "{`}"),
    ('\u{a0}', "~"),
    ('×', "\\netviztimes{}"),
    ('÷', "$\\div$"),
    ('±', "$\\pm$"),
    ('·', "$\\cdot$"),
    ('µ', "$\\mu$"),
    ('°', "$^\\circ$"),
    ('²', "$^2$"),
    ('−', "$-$"),
    ('→', "$\\to$"),
    ('≤', "$\\leq$"),
    ('≥', "$\\geq$"),
    ('≈', "$\\approx$"),
    ('∞', "$\\infty$"),
    ('…', "\\ldots{}"),
    ('⋮', "$\\vdots$"),
    ('–', "\\textendash{}"),
    ('—', "\\textemdash{}"),
    ('‘', "\\textquoteleft{}"),
    ('’', "\\textquoteright{}"),
    ('“', "\\textquotedblleft{}"),
    ('”', "\\textquotedblright{}"),
];

/// Two or three of them in a row would become a dash or a quotation mark.
const LIGATURES: &str = "-',";

/// Letters from U+00C0 to U+017F that OT1 cannot make from a letter and an accent.
const NOT_IN_OT1: &str = "ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ";

/// Escapes text for `TeX`. Characters that are printed as their code points are added to `numbered`.
pub(super) fn escaped(text: &str, numbered: &mut BTreeSet<char>) -> String {
    let mut result = String::with_capacity(text.len());
    let chars: Vec<char> = text.chars().map(drawable).collect();
    for (index, &c) in chars.iter().enumerate() {
        let command = COMMANDS.iter().find(|(known, _)| *known == c);
        let beside = [index.checked_sub(1).and_then(|index| chars.get(index)), chars.get(index + 1)];
        match (c, command) {
            (_, Some((_, command))) => result.push_str(command),
            // TeX drops spaces at the ends and repeated ones.
            (' ', _) if beside.iter().any(|other| other.is_none_or(|&other| other == ' ')) => result.push_str("\\ "),
            (c, _) if LIGATURES.contains(c) && beside.contains(&Some(&c)) => {
                result.push('{');
                result.push(c);
                result.push('}');
            }
            (' ', _) => result.push(' '),
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
        assert_eq!(escaped("a_1 é·"), "a\\_1 é$\\cdot$");
    }

    #[test]
    fn spaces_and_signs_that_tex_would_join_stay() {
        assert_eq!(escaped(" a b  c"), "\\ a b\\ \\ c");
        assert_eq!(escaped("a-b -- 'c' ''"), "a-b {-}{-} 'c' {'}{'}");
    }

    #[test]
    fn other_characters_show_their_number() {
        assert_eq!(escaped("ネ🦀"), "\\netvizmissing{30}{CD}\\netvizmissing{01F}{980}");
    }

    #[test]
    fn no_ascii_character_is_left_to_chance() {
        for c in ('!'..='~').filter(|c| !c.is_ascii_alphanumeric() && !"!()*+,-./:;=?@[]'".contains(*c)) {
            assert!(COMMANDS.iter().any(|(known, _)| *known == c), "{c}");
        }
    }
}
