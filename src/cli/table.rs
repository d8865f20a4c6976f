//! Tables whose only line is the one below the header.

use unicode_width::UnicodeWidthStr;

use super::console::shown;

/// A column: its header, and whether it contains numbers, which are right-aligned.
#[derive(Debug, Clone)]
pub(super) struct Column {
    header: String,
    numbers: bool,
}

impl Column {
    pub(super) fn text(header: impl Into<String>) -> Self {
        Self { header: header.into(), numbers: false }
    }

    pub(super) fn numbers(header: impl Into<String>) -> Self {
        Self { header: header.into(), numbers: true }
    }
}

/// Spaces between the columns of a table of layers, and of a table of runs.
pub(super) const NARROW: usize = 2;
pub(super) const WIDE: usize = 3;

/// Formats a table whose columns are `gap` spaces apart. Columns without values are left out. Lines have no trailing
/// spaces, so that a long cell at the end of a row does not lengthen the others.
pub(super) fn table(columns: &[Column], rows: &[Vec<String>], gap: usize) -> String {
    let kept: Vec<usize> = (0..columns.len()).filter(|&index| rows.iter().any(|row| !row[index].is_empty())).collect();
    // Shorter headers are aligned at the bottom, next to the values.
    let height = |header: &str| header.matches('\n').count();
    let most = kept.iter().map(|&index| height(&columns[index].header)).max().unwrap_or(0);
    let lowered = |header: &str| "\n".repeat(most.saturating_sub(height(header))) + header;
    let header: Vec<String> = columns.iter().map(|column| lowered(&column.header)).collect();
    // An arrow is wider in ASCII.
    let shown = |row: &Vec<String>| row.iter().map(|cell| shown(cell).into_owned()).collect::<Vec<String>>();
    let (header, rows) = (shown(&header), rows.iter().map(shown).collect::<Vec<_>>());

    let width = |cell: &str| cell.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let widest = |index: usize| std::iter::once(&header).chain(&rows).map(|row| width(&row[index])).max().unwrap_or(0);
    let kept: Vec<(usize, usize)> = kept.into_iter().map(|index| (index, widest(index))).collect();
    let whole = kept.iter().map(|(_, width)| width + gap).sum::<usize>().saturating_sub(gap);

    let mut text = String::new();
    for (place, row) in std::iter::once(&header).chain(&rows).enumerate() {
        if place == 1 {
            text += &"─".repeat(whole);
            text.push('\n');
        }
        let cells: Vec<Vec<&str>> = kept.iter().map(|&(index, _)| row[index].lines().collect()).collect();
        for line in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
            let mut end = text.len();
            let mut blank = 0;
            for (&(index, width), cell) in kept.iter().zip(&cells) {
                let cell = cell.get(line).copied().unwrap_or_default();
                let rest = width - cell.width();
                let [before, behind] = if columns[index].numbers { [rest, 0] } else { [0, rest] };
                if !cell.is_empty() {
                    text.extend(std::iter::repeat_n(' ', blank + before));
                    text += cell;
                    end = text.len();
                    blank = 0;
                }
                blank += gap + if cell.is_empty() { width } else { behind };
            }
            text.truncate(end);
            text.push('\n');
        }
    }
    text
}

/// Formats a table that is at most `width` columns wide, if possible: columns are left out in the order of
/// `dispensable`, which lists their headers. Also returns the headers of the columns that are left out.
pub(super) fn fitted(
    columns: &[Column],
    mut rows: Vec<Vec<String>>,
    gap: usize,
    width: usize,
    dispensable: &[impl AsRef<str>],
) -> (String, Vec<String>) {
    let mut missing = Vec::new();
    let mut text = table(columns, &rows, gap);
    for header in dispensable {
        if text.lines().all(|line| line.width() <= width) {
            break;
        }
        let Some(index) = columns.iter().position(|column| column.header == header.as_ref()) else { continue };
        if rows.iter().any(|row| !row[index].is_empty()) {
            for row in &mut rows {
                row[index].clear();
            }
            missing.push(header.as_ref().replace('\n', " "));
            text = table(columns, &rows, gap);
        }
    }
    (text, missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_left_out_until_the_table_fits() {
        let columns = [Column::text("name"), Column::numbers("test\nloss"), Column::text("optimizer")];
        let rows = vec![["a", "0.5", "rmsprop"].map(str::to_owned).to_vec()];
        let fit = |width| fitted(&columns, rows.clone(), 2, width, &["optimizer", "test\nloss"]);
        let missing: Vec<Vec<String>> = [80, 12, 5, 1].map(|width| fit(width).1).into();
        assert_eq!(
            missing,
            [vec![], vec!["optimizer"], vec!["optimizer", "test loss"], vec!["optimizer", "test loss"]]
        );
        assert_eq!(fit(5).0, "name\n────\na\n");
    }

    #[test]
    fn cells_stand_below_each_other_as_wide_as_they_look() {
        let columns =
            [Column::text("name"), Column::numbers("test\nloss"), Column::text("never"), Column::text("from")];
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let rows = [row(["層", "0.5", "", "a,\nb"]), row(["long name", "", "", ""]), row(["", "12.25", "", "x"])];
        let expected = "            test\n\
                        name        loss  from\n\
                        ──────────────────────\n\
                        層           0.5  a,\n\
                        \x20                 b\n\
                        long name\n\
                        \x20          12.25  x\n";
        assert_eq!(table(&columns, &rows, 2), expected);
    }
}
