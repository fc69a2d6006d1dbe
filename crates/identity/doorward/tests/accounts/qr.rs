//! Reads the QR code of a page from its SVG path, as a camera would.

use doorward_testkit::Page;
use rqrr::{Grid, SimpleGrid};

/// The free margin around the code, in modules.
const QUIET: usize = 4;

/// Returns the text of the only QR code of a page.
pub fn read(page: &Page) -> String {
    let html = page.text();
    let drawing = html.split_once("<svg class=\"qr\"").expect("a QR code").1;
    let path = drawing.split_once(" d=\"").expect("a path").1;
    let path = path
        .split_once('"')
        .expect("the closing quote of the path")
        .0;
    let side = between(drawing, "viewBox=\"0 0 ", " ");
    let side: usize = side.parse().expect("a size");
    let dark = painted(path, side);
    let inner = side - 2 * QUIET;
    let grid = SimpleGrid::from_func(inner, |x, y| dark[y + QUIET][x + QUIET]);
    let (_, text) = Grid::new(grid).decode().expect("a readable QR code");
    text
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).expect(before).1;
    rest.split_once(after).expect(after).0
}

/// Returns the modules that lines of one module's thickness cover.
fn painted(path: &str, side: usize) -> Vec<Vec<bool>> {
    let mut dark = vec![vec![false; side]; side];
    let (mut x, mut y) = (0_usize, 0_usize);
    for command in commands(path) {
        match command {
            ('M', [first, second]) => {
                x = first.parse().expect("a column");
                y = second.trim_end_matches(".5").parse().expect("a row");
            }
            ('m', [first, "0"]) => x += first.parse::<usize>().expect("a step"),
            ('h', [first, ""]) => {
                let length: usize = first.parse().expect("a length");
                dark[y][x..x + length].fill(true);
                x += length;
            }
            other => panic!("{other:?} in {path}"),
        }
    }
    dark
}

/// Returns the commands of a path, each with its arguments.
fn commands(path: &str) -> Vec<(char, [&str; 2])> {
    let starts: Vec<usize> = path
        .char_indices()
        .filter(|(_, letter)| letter.is_ascii_alphabetic())
        .map(|(at, _)| at)
        .collect();
    let ends = starts.iter().skip(1).copied().chain([path.len()]);
    let read = |(start, end): (&usize, usize)| {
        let letter = char::from(path.as_bytes()[*start]);
        let arguments = &path[start + 1..end];
        let (first, second) = arguments.split_once(' ').unwrap_or((arguments, ""));
        (letter, [first, second])
    };
    starts.iter().zip(ends).map(read).collect()
}
