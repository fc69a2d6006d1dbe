use doorward_rules::brand::LANGUAGES;
use image::{ImageFormat, Rgba, RgbaImage};
use rstest::rstest;

use super::*;

/// A directory with files.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        let directory = std::env::temp_dir().join(format!("doorward-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&directory).unwrap();
        Self(directory)
    }

    fn write(&self, name: &str, body: &[u8]) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, body).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn picture(&self, name: &str, width: u32, height: u32, red: u8) -> String {
        let picture = RgbaImage::from_pixel(width, height, Rgba([red, 0, 0, 255]));
        let mut file = io::Cursor::new(Vec::new());
        picture.write_to(&mut file, ImageFormat::Png).unwrap();
        self.write(name, &file.into_inner())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn section(settings: &[(&str, &str)]) -> branding::Branding {
    let variable =
        |(key, value): &(&str, &str)| (format!("DOORWARD__BRANDING__{key}"), (*value).to_owned());
    let environment = settings.iter().map(variable);
    Config::load(None, environment).unwrap().branding
}

#[test]
fn languages_of_configuration_are_those_of_pages() {
    let codes: Vec<_> = Lang::ALL.iter().map(|lang| lang.code()).collect();
    assert_eq!(codes, LANGUAGES);
}

#[test]
fn brand_without_settings_has_no_files() {
    let branding = Branding::open(&section(&[])).unwrap();
    assert_eq!(*branding.brand, Brand::named("Doorward"));
    assert_eq!(branding.files, []);
}

#[test]
fn files_have_hashed_names_and_exact_types() {
    let place = Place::new();
    let branding = Branding::open(&section(&[
        ("LOGO", &place.picture("a.png", 960, 88, 10)),
        ("LOGO_DARK", &place.picture("b.png", 88, 88, 250)),
        ("FAVICON", &place.picture("c.png", 512, 512, 99)),
        ("ACCENT", "#c2410c"),
    ]))
    .unwrap();
    let brand = &branding.brand;
    let Logo { light, dark } = brand.logo.clone().unwrap();
    let dark = dark.unwrap();
    assert_eq!((light.width, light.height), (240, 22));
    assert_eq!((dark.width, dark.height), (44, 44));
    let style = brand.style_url.clone().unwrap();
    let icon = brand.icon_url.clone().unwrap();
    assert_ne!(light.url, dark.url);
    for (url, stem, content_type) in [
        (&light.url, "logo.", "image/png"),
        (&dark.url, "logo.", "image/png"),
        (&icon, "icon.", "image/png"),
        (&style, "brand.", "text/css; charset=utf-8"),
    ] {
        let name = url.strip_prefix(FILES).unwrap();
        assert!(
            name.starts_with(stem) && name.len() == stem.len() + 16,
            "{name}"
        );
        assert_eq!(branding.file(name).unwrap().content_type, content_type);
    }
    assert_eq!(branding.files.len(), 4);
    assert_eq!(branding.file("logo.png"), None);
    let sheet = &branding
        .file(style.strip_prefix(FILES).unwrap())
        .unwrap()
        .body;
    let sheet = str::from_utf8(sheet).unwrap();
    assert!(
        sheet.starts_with(":root{--bg:light-dark(#f6f7f9,#0f1216);"),
        "{sheet}"
    );
    assert!(sheet.contains("--accent:light-dark(#c2410c,#"), "{sheet}");
    assert!(sheet.contains(".brand img{"), "{sheet}");
    assert_eq!(brand.accent.unwrap().to_string(), "#c2410c");
}

/// Settings, and parts of the style sheet; without parts there is none.
#[rstest]
#[case(&[("NAME", "Example")], &[])]
#[case(&[("BACKGROUND", "#fff7f0")], &["--bg:light-dark(#fff7f0,#0f1216)", "--accent:light-dark(#1f4fd1,#8db2ff)"])]
#[case(&[("ACCENT_DARK", "#f5c518")], &["--accent:light-dark(#", ",#f5c518)", "--on:light-dark(#ffffff,#181c22)"])]
fn style_sheet_has_chosen_colors(#[case] settings: &[(&str, &str)], #[case] parts: &[&str]) {
    let sheet = style::sheet(&section(settings).colors(), false);
    assert_eq!(sheet.is_some(), !parts.is_empty());
    for part in parts {
        assert!(sheet.as_ref().unwrap().contains(part), "{sheet:?}");
    }
}

/// The name of a sheet of own colors leads to the sheet, also in another process.
#[rstest]
#[case(&[])]
#[case(&[("ACCENT", "#c2410c")])]
#[case(&[("ACCENT", "#c2410c"), ("ACCENT_DARK", "#8db2ff"), ("BACKGROUND", "#fff7f0"), ("BACKGROUND_DARK", "#000000")])]
fn sheet_of_own_colors_is_found_by_its_name(#[case] settings: &[(&str, &str)]) {
    let colors = section(settings).colors();
    let file = sheet_of(&colors);
    assert_eq!(sheet_named(&file.name), Some(file.clone()));
    assert_eq!(file.content_type, "text/css; charset=utf-8");
    let (start, rest) = file.name.split_once('.').unwrap();
    assert_eq!(style::colors_in(start), Some(colors));
    let stale = format!("{start}.000000000000.css");
    assert_ne!(stale, file.name, "{rest}");
    assert_eq!(sheet_named(&stale), None);
}

#[rstest]
#[case("colors-f5c518-0-0-0")]
#[case("colors-0-0-0")]
#[case("colors-0-0-0-0-0")]
#[case("colors-red-0-0-0")]
#[case("colors")]
#[case("brand")]
#[case("")]
fn unusable_colors_have_no_sheet(#[case] stem: &str) {
    assert_eq!(style::colors_in(stem), None);
}

#[rstest]
#[case((240, 44), (240, 44))]
#[case((480, 88), (240, 44))]
#[case((480, 1), (240, 1))]
#[case((88, 88), (44, 44))]
#[case((1, 88), (1, 44))]
#[case((20, 10), (20, 10))]
fn logo_keeps_proportions(#[case] size: (u32, u32), #[case] expected: (u32, u32)) {
    assert_eq!(shown_size(size.0, size.1), expected);
}

#[test]
fn each_unusable_file_is_named() {
    let place = Place::new();
    let missing = place.0.join("none.png");
    let section = section(&[
        ("LOGO", missing.to_str().unwrap()),
        (
            "LOGO_DARK",
            &place.write("logo.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ),
        ("FAVICON", &place.write("empty.png", b"")),
    ]);
    let errors = check_files(&section);
    let texts: Vec<_> = errors.iter().map(ToString::to_string).collect();
    for (text, parts) in texts.iter().zip([
        ["branding.logo: ", "none.png cannot be read: No such file"],
        [
            "branding.logo_dark: ",
            "logo.svg is not a PNG, JPEG, GIF or WebP picture",
        ],
        ["branding.favicon: ", "empty.png is empty"],
    ]) {
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    }
    assert_eq!(texts.len(), 3);
    assert!(Branding::open(&section).is_err());
    let large = place.write("large.png", &vec![0; MAX_FILE + 1]);
    let large = super::read(LOGO, Path::new(&large))
        .unwrap_err()
        .to_string();
    assert!(large.contains("more than 2 MiB"), "{large}");
}
