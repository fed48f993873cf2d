//! Names, streets, towns and address layouts by locale.

use anyhow::{Context, Result, bail};
use std::path::Path;

#[derive(Debug, Clone, Default)]
pub struct Locale {
    pub id: String,
    pub weight: usize,
    pub first: Vec<String>,
    pub last: Vec<String>,
    pub city: Vec<String>,
    pub region: Vec<String>,
    pub short: Vec<String>,
    pub country: Vec<String>,
    pub roots: Vec<String>,
    pub street: Vec<String>,
    pub number: Vec<String>,
    pub unit: Vec<String>,
    pub post: Vec<String>,
    pub address: Vec<String>,
    pub name: Vec<String>,
}

impl Locale {
    /// Tells whether its names are written in another script than the Latin one.
    pub fn is_foreign(&self) -> bool {
        self.first.first().and_then(|name| name.chars().next()).is_some_and(|c| c as u32 > 0x24F)
    }

    fn list(&mut self, key: &str) -> Option<&mut Vec<String>> {
        Some(match key {
            "first" => &mut self.first,
            "last" => &mut self.last,
            "city" => &mut self.city,
            "region" => &mut self.region,
            "short" => &mut self.short,
            "country" => &mut self.country,
            "roots" => &mut self.roots,
            "street" => &mut self.street,
            "number" => &mut self.number,
            "unit" => &mut self.unit,
            "post" => &mut self.post,
            "address" => &mut self.address,
            "name" => &mut self.name,
            _ => return None,
        })
    }
}

/// Reads every file of a folder, in the order of their names.
pub fn read(folder: &Path) -> Result<Vec<Locale>> {
    let mut locales: Vec<Locale> = Vec::new();
    for (file, text) in files(folder)? {
        for (at, line) in text.lines().enumerate() {
            let wrong = || format!("{file}:{}", at + 1);
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if let Some(head) = line.strip_prefix("@ ") {
                let (id, weight) = head.split_once(' ').with_context(wrong)?;
                locales.push(Locale { id: id.to_owned(), weight: weight.parse()?, ..Locale::default() });
                continue;
            }
            let (key, items) = line.split_once(": ").with_context(wrong)?;
            let between = if matches!(key, "address" | "name") { " || " } else { ", " };
            let items: Vec<String> = items.split(between).map(|item| item.trim().to_owned()).collect();
            let locale = locales.last_mut().with_context(wrong)?;
            match locale.list(key) {
                Some(list) => *list = items,
                None => bail!("{}: unknown key {key}", wrong()),
            }
        }
    }
    for locale in &mut locales {
        if locale.name.is_empty() {
            locale.name.push("{f} {l}".to_owned());
        }
        let lists = [&locale.first, &locale.last, &locale.city, &locale.region, &locale.country, &locale.roots];
        let more = [&locale.street, &locale.number, &locale.unit, &locale.post, &locale.address];
        if lists.iter().chain(&more).any(|list| list.is_empty()) {
            bail!("locale {} is not complete", locale.id);
        }
    }
    Ok(locales)
}

/// Names and texts of a folder's files, in the order of their names.
pub fn files(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), std::fs::read_to_string(path)?)))
        .collect()
}
