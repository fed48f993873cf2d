//! Which values have one token in a vault: equal ones, or those of one place.

use ring::rand::{SecureRandom, SystemRandom};

use super::vault_keys::RANDOM;
use super::{BuildError, Form, Input, OperatorError, ParameterRow, Parameters, Required};
use crate::keys::parts;
use crate::model::Origin;

pub(super) const CONVERGENT: ParameterRow = ParameterRow {
    name: "convergent",
    form: Form::Bool,
    required: Required::No,
    summary: "with `mode: vault`, `false`: every place has a token of its own, so that equal values cannot be joined or \
              counted; a replay of the same record gives the same tokens; default `true`",
};

/// Which values have one token.
#[derive(Debug)]
pub(super) enum Joins {
    /// Equal ones, wherever they stand.
    Equal,
    /// Those of one place of one record. Requests have no numbers that stay theirs, so these bytes are theirs.
    Place([u8; RANDOM]),
}

impl Joins {
    pub(super) fn read(parameters: &Parameters, random: &SystemRandom) -> Result<Self, BuildError> {
        match parameters.truth(CONVERGENT.name)? {
            None | Some(true) => Ok(Self::Equal),
            Some(false) => {
                let mut own = [0; RANDOM];
                let refused = |_| BuildError::of(CONVERGENT.name, "the system gives no random bytes");
                random.fill(&mut own).map_err(refused)?;
                Ok(Self::Place(own))
            }
        }
    }

    /// Gives what tells this place from all others, where that counts.
    pub(super) fn place(&self, input: &Input<'_>) -> Result<Option<Vec<u8>>, OperatorError> {
        let Self::Place(own) = self else { return Ok(None) };
        let place = input.place.ok_or(OperatorError::NoAnswer)?.as_bytes();
        let place = match input.origin {
            Origin::Kafka { topic, partition, offset } => {
                parts(&[b"kafka", topic.as_bytes(), &partition.to_be_bytes(), &offset.to_be_bytes(), place])
            }
            Origin::File { file, line } => parts(&[b"file", file.as_bytes(), &line.to_be_bytes(), place]),
            Origin::Request { request, index } => {
                parts(&[b"request", own, &request.to_be_bytes(), &index.to_be_bytes(), place])
            }
        };
        // Longer than 64 KiB is no path.
        place.map(Some).map_err(|_| OperatorError::Refused)
    }
}
