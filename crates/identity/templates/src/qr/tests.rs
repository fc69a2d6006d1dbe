use super::*;

const URI: &str =
    "otpauth://totp/Doorward:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Doorward";

/// Returns the modules that the path paints, quiet zone included.
fn painted(qr: &Qr) -> Vec<Vec<bool>> {
    let side = usize::try_from(qr.size).unwrap();
    let mut grid = vec![vec![false; side]; side];
    let (mut x, mut y) = (0_usize, 0_usize);
    let mut rest = qr.path.as_str();
    while let Some(command) = rest.chars().next() {
        let end = rest[1..]
            .find(['M', 'm', 'h'])
            .map_or(rest.len(), |at| at + 1);
        let arguments: Vec<&str> = rest[1..end].split(' ').collect();
        match command {
            'M' => {
                x = arguments[0].parse().unwrap();
                y = arguments[1].strip_suffix(".5").unwrap().parse().unwrap();
            }
            'm' => {
                assert_eq!(arguments[1], "0");
                x += arguments[0].parse::<usize>().unwrap();
            }
            'h' => {
                let length: usize = arguments[0].parse().unwrap();
                grid[y][x..x + length].fill(true);
                x += length;
            }
            other => panic!("{other} in {}", qr.path),
        }
        rest = &rest[end..];
    }
    grid
}

#[test]
fn path_paints_code() {
    let code = QrCode::encode_text(URI, QrCodeEcc::Low).unwrap();
    let grid = painted(&Qr::draw(URI).unwrap());
    for (y, line) in (-QUIET..).zip(&grid) {
        for (x, dark) in (-QUIET..).zip(line) {
            // Outside the code, `get_module` is light: that is the quiet zone.
            assert_eq!(*dark, code.get_module(x, y), "{x},{y}");
        }
    }
    assert_eq!(grid.len(), usize::try_from(code.size() + 8).unwrap());
}

#[test]
fn svg_contains_size_and_path() {
    let qr = Qr::draw(URI).unwrap();
    let svg = qr.to_svg();
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "));
    let view = format!("viewBox=\"0 0 {0} {0}\"", qr.size);
    assert!(svg.contains(&view), "{svg}");
    assert!(svg.contains(&format!("d=\"{}\"/></svg>", qr.path)), "{svg}");
}

#[test]
fn code_fits_page_budget() {
    let long = format!("{URI}{}", "x".repeat(80));
    let length = Qr::draw(&long).unwrap().path.len();
    assert!(length < 6_000, "{length}");
}

#[test]
fn overlong_text_has_no_code() {
    assert_eq!(Qr::draw(&"x".repeat(3_000)), None);
}
