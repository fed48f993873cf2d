//! What there is to make texts of: templates, genres and locales.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of a folder of the crate, in the order of their names.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("it is read").path()).collect();
    files.sort();
    files
}

/// The lines of a file that are no remarks.
fn lines(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).expect("it is read");
    text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

fn name(file: &Path) -> String {
    file.file_stem().expect("it has a name").to_string_lossy().into_owned()
}

/// Genres are numbered below 30, files by language from there on.
#[test]
fn templates_are_many_and_of_many_genres() {
    let (mut genres, mut templates) = (BTreeSet::new(), BTreeSet::new());
    for file in files("templates") {
        let own = lines(&file);
        assert!(own.len() >= 15, "{} has {}", name(&file), own.len());
        templates.extend(own);
        let (number, genre) = name(&file).split_once('_').map(|(number, genre)| (number.to_owned(), genre.to_owned())).expect("a number");
        if number.parse::<u8>().expect("a number") < 30 {
            genres.insert(genre);
        }
    }
    assert!(templates.len() >= 2_050, "{} templates", templates.len());
    assert!(genres.len() >= 25, "{genres:?}");
    for asked in
        ["tickets", "mail", "chat", "calls", "medical", "legal", "bank", "delivery", "hr", "logs", "forms", "social", "reviews", "minutes"]
    {
        assert!(genres.contains(asked), "no genre {asked}");
    }
    let lined = templates.iter().filter(|template| template.contains("{addrs}")).count();
    let whole = templates.iter().filter(|template| template.contains("{addr}")).count();
    assert!(lined >= 10 && whole >= 100, "addresses stand in {whole} templates, over several lines in {lined}");
}

#[test]
fn locales_are_many_and_each_has_names_streets_and_towns() {
    let mut ids = BTreeSet::new();
    for file in files("locales") {
        let text = std::fs::read_to_string(&file).expect("it is read");
        for locale in text.split("\n@ ").skip(usize::from(!text.starts_with("@ "))) {
            let id = locale.trim_start_matches("@ ").split_whitespace().next().expect("it has a name").to_owned();
            for (key, least) in [("first", 10), ("last", 10), ("city", 5), ("street", 1), ("address", 1)] {
                let of_key = |line: &&str| line.split(':').next().is_some_and(|own| own.trim() == key);
                let parts: usize = locale.lines().filter(of_key).map(|line| line.split([',', '|']).count()).sum();
                assert!(parts >= least, "{id} has {parts} of {key}");
            }
            assert!(ids.insert(id.clone()), "{id} stands twice");
        }
    }
    assert!(ids.len() >= 70, "{} locales", ids.len());
}

/// A language's file is known by whom it is of, and is no place for a text that says nothing, or says what another does.
#[test]
fn texts_in_which_nobody_is_named_are_many_and_of_many_languages() {
    let mut texts = BTreeSet::new();
    let notice = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../NOTICE")).expect("it is read");
    let files = files("nothing");
    assert!(files.len() >= 100, "{} languages", files.len());
    for file in &files {
        let text = std::fs::read_to_string(file).expect("it is read");
        let head = text.lines().next().and_then(|line| line.strip_prefix("# Translations of ")?.split_once(", see NOTICE"));
        let (sources, _) = head.unwrap_or_else(|| panic!("{} does not tell whose it is", name(file)));
        for source in sources.split([',', '(', ')']).map(str::trim).filter(|source| !source.is_empty()) {
            let licence = matches!(source, "Apache-2.0" | "MIT" | "ISC" | "BSD-3-Clause");
            assert!(licence || notice.contains(source), "{}: {source} does not stand in NOTICE", name(file));
        }
        assert!(text.lines().count() <= 751, "{} has more than 750 texts", name(file));
        for line in lines(file) {
            assert!(line.split_whitespace().count() >= 4, "{}: {line}", name(file));
            assert!(texts.insert((name(file), line.clone())), "{}: {line} is there twice", name(file));
        }
    }
    assert!(texts.len() >= 38_000, "{} texts", texts.len());
}
