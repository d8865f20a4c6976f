//! Splits YAML text into characters that belong to quoted texts, to comments, or to neither.

/// What a character of a YAML text belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Keys, values and punctuation without quotes.
    Plain,
    /// A text in single quotes, including the quotes.
    Single,
    /// A text in double quotes, including the quotes.
    Double,
    /// A comment, including its `#`.
    Comment,
}

/// A character, its byte offset, what it belongs to, and how many brackets are open there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Character {
    pub(super) offset: usize,
    pub(super) c: char,
    pub(super) place: Place,
    pub(super) depth: usize,
}

/// The characters of a text. Block scalars, which models do not need, count as plain.
pub(super) fn characters(text: &str) -> impl Iterator<Item = Character> + '_ {
    let (mut place, mut depth, mut escaped, mut before) = (Place::Plain, 0_usize, false, ' ');
    text.char_indices().map(move |(offset, c)| {
        let starts = before.is_whitespace() || "[{,(:".contains(before);
        // The places of this character and of the next one.
        let (own, next) = match place {
            Place::Plain if c == '#' && (before.is_whitespace() || "[{,".contains(before)) => {
                (Place::Comment, Place::Comment)
            }
            Place::Plain if c == '"' && starts => (Place::Double, Place::Double),
            Place::Plain if c == '\'' && starts => (Place::Single, Place::Single),
            Place::Double if c == '"' && !escaped => (Place::Double, Place::Plain),
            // A doubled quote closes the text and opens it again.
            Place::Single if c == '\'' => (Place::Single, Place::Plain),
            Place::Plain if c == '\'' && before == '\'' => (Place::Single, Place::Single),
            Place::Comment if c == '\n' => (Place::Plain, Place::Plain),
            place => (place, place),
        };
        if own == Place::Plain {
            match c {
                '[' | '{' => depth += 1,
                ']' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        escaped = own == Place::Double && c == '\\' && !escaped;
        (place, before) = (next, c);
        Character { offset, c, place: own, depth }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> String {
        characters(text)
            .map(|character| match character.place {
                Place::Plain => '.',
                Place::Single => 's',
                Place::Double => 'd',
                Place::Comment => 'c',
            })
            .collect()
    }

    #[test]
    fn quotes_and_comments_are_told_apart() {
        assert_eq!(places("a: \"b#\\\"c\" # d"), "...ddddddd.ccc");
        assert_eq!(places("a: 'it''s' x"), "...sssssss..");
        assert_eq!(places("it's a#b \"x"), ".........dd");
        assert_eq!(places("#a\nb"), "cc..");
        assert_eq!(places("{a: #b}"), "....ccc");
    }

    #[test]
    fn brackets_in_texts_and_comments_do_not_count() {
        let depth = |text: &str| characters(text).last().map(|character| character.depth);
        assert_eq!(depth("[a, {b: c"), Some(2));
        assert_eq!(depth("[a, \"{\", '[' # ]"), Some(1));
        assert_eq!(depth("[]"), Some(0));
    }
}
