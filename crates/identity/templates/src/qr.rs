//! A QR code as one SVG path, drawn on the server: no image to load, no script.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Width of the quiet zone around the code, in modules (ISO/IEC 18004 §9.1).
const QUIET: i32 = 4;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Qr {
    /// Width and height in modules, margin included.
    pub size: i32,
    /// Dark runs of every row, as a path of lines one module thick.
    pub path: String,
}

impl Qr {
    /// Draws a text; `None` if it is too long for any code (2,953 bytes).
    pub fn draw(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            row(&code, y, &mut path);
        }
        let size = code.size() + 2 * QUIET;
        Some(Self { size, path })
    }

    /// Returns an SVG document with the code on white.
    pub fn to_svg(&self) -> String {
        let Self { size, path } = self;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" \
             shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/>\
             <path stroke=\"#000\" stroke-width=\"1\" d=\"{path}\"/></svg>"
        )
    }
}

/// Moves to the first dark module of the row, then from run to run.
fn row(code: &QrCode, y: i32, path: &mut String) {
    let mut at = None;
    let mut x = 0;
    while x < code.size() {
        if !code.get_module(x, y) {
            x += 1;
            continue;
        }
        let start = x;
        while x < code.size() && code.get_module(x, y) {
            x += 1;
        }
        // Writing to a string cannot fail. The line is half a module down, because it extends
        // equally above and below.
        let _ = match at {
            None => write!(path, "M{} {}.5", start + QUIET, y + QUIET),
            Some(end) => write!(path, "m{} 0", start - end),
        };
        let _ = write!(path, "h{}", x - start);
        at = Some(x);
    }
}

#[cfg(test)]
mod tests;
