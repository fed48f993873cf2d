//! What is called after somebody is nobody: `Wilson's disease`, `Fourier transform`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::token;

/// Nouns that a family name before them always makes a thing of.
static THINGS: WordSet<39> = WordSet::new(
    "transform transforms transformation theorem lemma conjecture algorithm distribution equation equations inequality \
    coefficient integral polynomial polynomials regression classifier estimator multiplier multipliers matrix kernel \
    manifold numeral syndrome lymphoma sarcoma tumor tumour telescope thyroiditis chorea palsy boxplot boxplots \
    criterion efficiency assumption assumptions",
);

/// Nouns that make a thing of those alone whom something is called after: `Smith's test` is of Smith.
static OF_DISCOVERERS: WordSet<37> = WordSet::new(
    "disease diseases law laws rule principle formula method series function functions process chain test sign machine \
    filter scale score index sampling space curve esophagus radiation effect numbers constant sequence fracture catheter \
    cyst reflex stain contracture diagram diagrams",
);

/// Whom things are called after.
static DISCOVERERS: WordSet<88> = WordSet::new(
    "abel addison alzheimer apgar asperger barrett bayes bernoulli bessel boole boyle burkitt carnot cauchy chagas colles \
    coulomb crohn cushing dijkstra dirac doppler dupuytren ebola euler ewing fabry faraday fermat fermi fibonacci fisher \
    foley fourier galois gantt gauss gini graves hamming hashimoto hilbert hodgkin hooke huffman huntington kawasaki \
    kepler kirchhoff kolmogorov lagrange laplace legendre lyme marfan markov maxwell mendel moore murphy nash newton ohm \
    paget pareto parkinson pascal pearson planck poisson pompe raynaud reynolds richter riemann romberg shannon sobel \
    student tourette turing weber wilcoxon wilson akaike levene tukey venn",
);

/// Words of other languages that stand before whom a disease is called after: `Morbus Crohn`, `maladie de Parkinson`.
static DISEASES: WordSet<7> = WordSet::new("morbus maladie enfermedad malattia doenca ziekte syndrome");

/// Takes away what was found of things that are called after somebody.
pub(super) fn eponyms(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| one.of == Type::Address || !is_eponym(tokens, one));
}

fn is_eponym(tokens: &[Token], one: &Named) -> bool {
    let known = |at: usize| DISCOVERERS.has(token(tokens, at));
    let ends_with_clitic = token(tokens, one.end - 1).class == Class::Clitic;
    let last = one.end - 1 - usize::from(ends_with_clitic);
    let (first, last) = (token(tokens, one.first), last.max(one.first));
    if last == one.first + 1 && DISEASES.has(first) && known(last) {
        return true;
    }
    if last != one.first {
        // `Gauss–Markov assumptions`
        let noun = token(tokens, last + 1);
        let joined = last == one.first + 2 && token(tokens, one.first + 1).class == Class::Punctuation;
        return joined && noun.class == Class::Lower && THINGS.has(noun);
    }
    let possessive = token(tokens, last + 1).class == Class::Clitic;
    let noun = token(tokens, last + 1 + usize::from(possessive));
    let is_thing = noun.class == Class::Lower && THINGS.has(noun) && (!possessive || known(last));
    let is_discovery = noun.class == Class::Lower && OF_DISCOVERERS.has(noun) && known(last);
    let is_of = |by: usize| last.checked_sub(by).is_some_and(|at| DISEASES.has(token(tokens, at)));
    // `maladie de Parkinson`, `enfermedad de Alzheimer`
    is_thing || is_discovery || (known(last) && (is_of(1) || is_of(2)))
}
