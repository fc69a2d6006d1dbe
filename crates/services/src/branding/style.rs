//! The style sheet of a brand. It only sets properties that the style sheet of the pages uses.

use std::fmt::Write as _;

use doorward_config::branding::Branding;
use doorward_rules::brand_colors::{BrandColors, ChosenColors, Scheme};
use doorward_rules::color::Color;

/// Rules for the logo in the header. Its attributes have the size; in a bar it is smaller.
const LOGO: &str = ".brand picture,.brand img{display:block}\
                    .bar .brand img{inline-size:auto;max-block-size:1.75rem}\n";

/// Returns the style sheet; `None` if the pages need none.
pub(super) fn sheet(section: &Branding, has_logo: bool) -> Option<String> {
    let has_colors = has_colors(section);
    if !has_colors && !has_logo {
        return None;
    }
    let mut sheet = String::new();
    if has_colors {
        let [light, dark] = Scheme::ALL.map(|scheme| colors(section, scheme));
        let properties = [
            ("bg", light.bg, dark.bg),
            ("line", light.line, dark.line),
            ("accent", light.accent, dark.accent),
            ("hover", light.hover, dark.hover),
            ("on", light.on, dark.on),
            ("tint", light.tint, dark.tint),
        ];
        sheet.push_str(":root{");
        for (name, light, dark) in properties {
            let _ = write!(sheet, "--{name}:light-dark({light},{dark});");
        }
        sheet.push_str("}\n");
    }
    if has_logo {
        sheet.push_str(LOGO);
    }
    Some(sheet)
}

/// Returns the color of buttons in messages, whose text is white.
pub(super) fn message_accent(section: &Branding) -> Option<Color> {
    let is_set = section.accent.is_some() || section.accent_dark.is_some();
    is_set.then(|| colors(section, Scheme::Light).accent)
}

fn has_colors(section: &Branding) -> bool {
    let mut chosen = Scheme::ALL.iter().map(|scheme| section.colors(*scheme));
    chosen.any(|colors| colors != ChosenColors::default())
}

fn colors(section: &Branding, scheme: Scheme) -> BrandColors {
    let other = match scheme {
        Scheme::Light => section.accent_dark,
        Scheme::Dark => section.accent,
    };
    BrandColors::derive(scheme, section.colors(scheme), other)
}
