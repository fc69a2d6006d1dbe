//! Writes every page in every state to a directory, with style sheet and script, for visual review:
//! `cargo run -p doorward-templates --example gallery -- DIR`, then open `DIR/index.html`.

use std::fmt::Write as _;
use std::path::Path;

use doorward_i18n::Lang;
use doorward_templates::gallery::gallery;
use doorward_templates::{Theme, assets};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(directory) = std::env::args_os().nth(1) else {
        return Err("usage: gallery DIR".into());
    };
    let directory = Path::new(&directory);
    std::fs::create_dir_all(directory.join("static"))?;
    for (url, _, body) in assets::all() {
        std::fs::write(directory.join(url.trim_start_matches('/')), body)?;
    }
    let mut index = String::from("<!doctype html><meta charset=utf-8><title>Gallery</title><ul>");
    let made_up = [Lang::Pseudo, Lang::PseudoRtl];
    for lang in Lang::ALL.iter().copied().chain(made_up) {
        for theme in [Theme::Light, Theme::Dark] {
            for sample in gallery(lang, theme)? {
                let (page, state) = (sample.page, sample.state);
                let name = format!("{page}.{state}.{}.{}.html", lang.code(), theme.as_str());
                // The pages are opened as files: URLs of style sheet and script become relative,
                // and the form_post page must not submit itself.
                let html = sample.html.replace("\"/static/", "\"static/");
                std::fs::write(directory.join(&name), html.replace(" data-autosubmit", ""))?;
                writeln!(index, "<li><a href=\"{name}\">{name}</a>")?;
            }
        }
    }
    std::fs::write(directory.join("index.html"), index)?;
    println!("{}", directory.join("index.html").display());
    Ok(())
}
