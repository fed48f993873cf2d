//! A model of the user's own: ONNX token classification, run by `tract` in the place of the built-in weights.
//!
//! Beside `model.onnx` stand `vocab.txt` (word pieces, as BERT has them), `config.json` (whose `id2label` names the
//! labels: `O`, `B-PER`, `I-LOC`, …) and, for vocabularies without capitals, `tokenizer_config.json` with
//! `do_lower_case`. What is read, and what becomes of what is found, is the same as with the built-in tagger.

mod pieces;

use super::tagger::{By, Sensitivity, Tag, Taken, Type};
use pieces::{Pieces, Word};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tract_onnx::prelude::*;

/// Word pieces that are read at once, with the two that stand around them.
const LENGTH: usize = 128;
/// What the label of nothing loses where more is to be found, in natural logarithms.
const HIGH: f32 = 1.5;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{}: {wanted}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What it should be.
        wanted: String,
    },
    /// A model is in use already.
    #[error("a model is in use already: a process has one")]
    Twice,
}

/// What an input of the model wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Input {
    Ids,
    Mask,
    Types,
}

/// What a label says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Label {
    of: Type,
    begins: bool,
}

/// A model that was read.
#[derive(Debug)]
pub(super) struct Model {
    plan: TypedRunnableModel<TypedModel>,
    inputs: Vec<Input>,
    pieces: Pieces,
    /// By output of the model; none for nothing, and for what is of no type that is looked for.
    labels: Vec<Option<Label>>,
    outside: usize,
}

static MODEL: OnceLock<Model> = OnceLock::new();

/// Uses a model of the user's own in the place of the built-in tagger's, from here on in the whole process.
///
/// # Errors
/// Where a file is missing or wrong, or a model is in use already.
pub fn use_model(path: &Path) -> Result<(), ModelError> {
    MODEL.set(Model::read(path)?).map_err(|_| ModelError::Twice)
}

/// Gives the model that is used, if one is.
pub(super) fn in_use() -> Option<&'static Model> {
    MODEL.get()
}

fn text(path: &Path) -> Result<String, ModelError> {
    std::fs::read_to_string(path).map_err(|error| ModelError::Unreadable { path: path.to_owned(), error })
}

fn json(path: &Path) -> Result<Value, ModelError> {
    serde_json::from_str(&text(path)?).map_err(|error| wrong(path, &format!("no JSON: {error}")))
}

fn wrong(path: &Path, wanted: &str) -> ModelError {
    ModelError::Wrong { path: path.to_owned(), wanted: wanted.to_owned() }
}

impl Model {
    fn read(path: &Path) -> Result<Self, ModelError> {
        let config = path.with_file_name("config.json");
        let (labels, outside) = labels(&json(&config)?).ok_or_else(|| {
            wrong(&config, "`id2label` names every label from 0 on, one of them `O`, others like `B-PER` or `I-LOC`")
        })?;
        let settings = path.with_file_name("tokenizer_config.json");
        let lower = settings.exists() && json(&settings)?.get("do_lower_case").and_then(Value::as_bool) == Some(true);
        let vocabulary = path.with_file_name("vocab.txt");
        let pieces = Pieces::read(&text(&vocabulary)?, lower)
            .ok_or_else(|| wrong(&vocabulary, "a piece a line, [UNK], [CLS], [SEP] and [PAD] among them"))?;
        let (plan, inputs) = plan(path).map_err(|error| wrong(path, &error))?;
        let model = Self { plan, inputs, pieces, labels, outside };
        model.fits().map_err(|error| wrong(path, &error))?;
        Ok(model)
    }

    /// Runs the model once on nothing, so that what does not fit is told at the start.
    fn fits(&self) -> Result<(), String> {
        let out = self.run(&[]).map_err(|error| format!("it does not run: {error:#}"))?;
        let shape = [1, LENGTH, self.labels.len()];
        if out.datum_type() != f32::datum_type() || out.shape() != shape {
            let found = out.shape();
            return Err(format!(
                "its output has the shape {found:?}; a score for each label of each piece has {shape:?}"
            ));
        }
        Ok(())
    }

    fn run(&self, ids: &[i64]) -> TractResult<TValue> {
        let mut all = vec![self.pieces.pad; LENGTH];
        let mut mask = vec![0_i64; LENGTH];
        let inside = std::iter::once(self.pieces.begin).chain(ids.iter().copied()).chain([self.pieces.end]);
        for ((slot, mask), id) in all.iter_mut().zip(&mut mask).zip(inside) {
            (*slot, *mask) = (id, 1);
        }
        let types = vec![0_i64; LENGTH];
        let mut inputs = tvec![];
        for input in &self.inputs {
            let data = match input {
                Input::Ids => &all,
                Input::Mask => &mask,
                Input::Types => &types,
            };
            inputs.push(Tensor::from_shape(&[1, LENGTH], data)?.into());
        }
        let out = self.plan.run(inputs)?;
        out.into_iter().next().ok_or_else(|| TractError::msg("it has no output"))
    }

    /// Finds names, places, addresses and organisations; `known` are disjoint findings in order, none of which is cut.
    ///
    /// # Errors
    /// Where the model fails; what was found before is told all the same.
    pub(super) fn tag(
        &self,
        text: &str,
        known: &[Taken],
        sensitivity: Sensitivity,
        mut found: impl FnMut(Tag),
    ) -> TractResult<()> {
        let mut words = self.pieces.words(text).peekable();
        let (mut window, mut ids) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            window.push((word, ids.len()));
            self.pieces.cut(word.span.of(text), LENGTH - 2, &mut ids);
            let full = ids.len() + LENGTH / 8 >= LENGTH - 2;
            let ends = ids.len() > LENGTH / 2 && matches!(word.span.of(text), "." | "!" | "?");
            if full || ends || words.peek().is_none() {
                self.read_window(&window, &ids, known, sensitivity, &mut found)?;
                window.clear();
                ids.clear();
            }
        }
        Ok(())
    }

    fn read_window(
        &self,
        window: &[(Word, usize)],
        ids: &[i64],
        known: &[Taken],
        sensitivity: Sensitivity,
        found: &mut impl FnMut(Tag),
    ) -> TractResult<()> {
        let ids = ids.get(..ids.len().min(LENGTH - 2)).unwrap_or_default();
        let out = self.run(ids)?;
        let scores = out.as_slice::<f32>()?;
        let mut open: Option<Tag> = None;
        for (word, piece) in window {
            let row = scores.chunks_exact(self.labels.len()).nth(piece + 1).filter(|_| *piece < ids.len());
            // They stand in the order of the text, and none in another.
            let next = known.partition_point(|known| known.span.end <= word.span.start);
            let cut = known.get(next).is_some_and(|known| known.span.overlaps(word.span));
            let label = row.filter(|_| !cut).and_then(|row| self.choose(row, sensitivity));
            let goes_on = |open: &Tag, label: Label| open.of == label.of && !label.begins;
            match (&mut open, label) {
                (Some(tag), Some((label, probability))) if goes_on(tag, label) => {
                    tag.span.end = word.span.end;
                    tag.probability = tag.probability.min(probability);
                }
                (_, label) => {
                    open.take().into_iter().for_each(&mut *found);
                    open = label.map(|(label, probability)| Tag {
                        span: word.span,
                        of: label.of,
                        probability,
                        by: By::Model,
                    });
                }
            }
        }
        open.into_iter().for_each(found);
        Ok(())
    }

    /// Gives the best label with its probability in thousandths; none where it is nothing.
    fn choose(&self, row: &[f32], sensitivity: Sensitivity) -> Option<(Label, u16)> {
        let bias = if sensitivity == Sensitivity::High { HIGH } else { 0.0 };
        let score = |at: usize, score: f32| if at == self.outside { score - bias } else { score };
        let scores = || row.iter().enumerate().map(|(at, one)| score(at, *one));
        let top = scores().fold(f32::NEG_INFINITY, f32::max);
        let sum: f32 = scores().map(|one| (one - top).exp()).sum();
        let at = scores().position(|one| one >= top)?;
        let label = self.labels.get(at).copied().flatten()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of one, in thousandths")]
        let probability = (1000.0 / sum).clamp(0.0, 999.0) as u16;
        Some((label, probability))
    }
}

/// Reads what labels are called: their meaning, and which one is nothing.
fn labels(config: &Value) -> Option<(Vec<Option<Label>>, usize)> {
    let names = config.get("id2label")?.as_object()?;
    let mut labels = Vec::with_capacity(names.len());
    let mut outside = None;
    for at in 0..names.len() {
        let name = names.get(&at.to_string())?.as_str()?;
        if name == "O" {
            outside = Some(at);
        }
        let (part, of) = name.split_once(['-', '_']).filter(|(part, _)| part.len() == 1).unwrap_or(("I", name));
        labels.push(type_named(of).map(|of| Label { of, begins: matches!(part, "B" | "S" | "U") }));
    }
    Some((labels, outside?))
}

fn type_named(name: &str) -> Option<Type> {
    Some(match name.to_ascii_uppercase().as_str() {
        "PER" | "PERSON" | "NAME" => Type::Person,
        "LOC" | "LOCATION" | "GPE" => Type::Location,
        "ORG" | "ORGANIZATION" | "ORGANISATION" => Type::Organization,
        "ADR" | "ADDRESS" | "STREET_ADDRESS" => Type::Address,
        _ => return None,
    })
}

/// Reads the model's graph and makes it ready.
fn plan(path: &Path) -> Result<(TypedRunnableModel<TypedModel>, Vec<Input>), String> {
    let told = |error: TractError| format!("{error:#}");
    let mut model = onnx().model_for_path(path).map_err(told)?;
    let outlets = model.input_outlets().map_err(told)?.to_vec();
    let mut inputs = Vec::with_capacity(outlets.len());
    for (at, outlet) in outlets.iter().enumerate() {
        inputs.push(match model.node(outlet.node).name.as_str() {
            "input_ids" => Input::Ids,
            "attention_mask" => Input::Mask,
            "token_type_ids" => Input::Types,
            other => return Err(format!("the input {other:?} is not input_ids, attention_mask or token_type_ids")),
        });
        let fact = InferenceFact::dt_shape(i64::datum_type(), [1, LENGTH]);
        model.set_input_fact(at, fact).map_err(told)?;
    }
    let plan = model.into_optimized().and_then(|model| model.into_runnable()).map_err(told)?;
    Ok((plan, inputs))
}
