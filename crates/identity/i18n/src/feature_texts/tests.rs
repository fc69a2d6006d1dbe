//! The texts of all features, which the tests of the catalogs read from their folders.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{FeatureTexts, Lang};

/// Returns the folders of the texts of all features.
pub(crate) fn folders() -> Vec<PathBuf> {
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../features");
    let features = std::fs::read_dir(features).unwrap();
    let mut found: Vec<PathBuf> = features
        .map(|feature| feature.unwrap().path().join("texts"))
        .filter(|texts| texts.exists())
        .collect();
    found.sort();
    found
}

fn read(lang: Lang) -> &'static str {
    static READ: [OnceLock<String>; Lang::PseudoRtl as usize + 1] =
        [const { OnceLock::new() }; Lang::PseudoRtl as usize + 1];
    READ[lang as usize].get_or_init(|| all(&format!("{}.ftl", lang.code())))
}

fn all(file: &str) -> String {
    let texts = folders().into_iter();
    let texts = texts.map(|folder| std::fs::read_to_string(folder.join(file)).unwrap());
    texts.collect()
}

/// Returns the texts of all features as those of one.
pub(crate) fn added() -> &'static [&'static FeatureTexts] {
    static ADDED: OnceLock<[&'static FeatureTexts; 1]> = OnceLock::new();
    ADDED.get_or_init(|| {
        let authors = Box::leak(all("authors.txt").into_boxed_str());
        let (name, of): (_, fn(Lang) -> &'static str) = ("features", read);
        [Box::leak(Box::new(FeatureTexts { name, of, authors }))]
    })
}

#[test]
fn each_feature_has_texts_of_each_language() {
    for folder in folders() {
        let mut files: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        let langs = Lang::ALL.iter().map(|lang| format!("{}.ftl", lang.code()));
        let mut expected: Vec<String> = langs.chain(["authors.txt".to_owned()]).collect();
        files.sort();
        expected.sort();
        assert_eq!(files, expected, "{}", folder.display());
    }
}
