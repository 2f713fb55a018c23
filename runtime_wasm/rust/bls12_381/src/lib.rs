//! Operations on the curve BLS12-381, as Gear's builtin actor offers them to programs.
//!
//! Requests and replies are those of `gbuiltin-bls381`. The operations are the host functions
//! that Vara's runtime calls for the actor: six of `sp_crypto_ec_utils::bls12_381`, and
//! `aggregate_g1` and `map_to_g2affine` of its own. Not here: what they cost, and how the actor
//! words a refusal.

#![no_std]

extern crate alloc;

mod argument;
pub mod interface;
mod operations;

use alloc::vec::Vec;

use crate::argument::Argument;
use crate::operations::{
    aggregate_g1, final_exponentiation, map_to_g2, msm, mul_projective, multi_miller_loop,
};

/// Runs an operation.
///
/// `operation` is the index of the request, and `argument` its fields as SCALE encodes them, each
/// a `Vec<u8>`; what follows them is ignored. Returns the content of the response's field, or None
/// if the argument is refused.
pub fn run(operation: u32, argument: &[u8]) -> Option<Vec<u8>> {
    let mut argument = Argument::new(argument);
    match operation {
        0 => multi_miller_loop(argument.field()?, argument.field()?),
        1 => final_exponentiation(argument.field()?),
        2 => msm::<ark_bls12_381::g1::Config>(argument.field()?, argument.field()?),
        3 => msm::<ark_bls12_381::g2::Config>(argument.field()?, argument.field()?),
        4 => mul_projective::<ark_bls12_381::g1::Config>(argument.field()?, argument.field()?),
        5 => mul_projective::<ark_bls12_381::g2::Config>(argument.field()?, argument.field()?),
        6 => aggregate_g1(argument.field()?),
        7 => map_to_g2(argument.field()?),
        _ => None,
    }
}
