//! The operations, on their arguments as `ark-scale` encodes them for host calls: uncompressed
//! and not validated.
//!
//! Points are not checked to be on the curve or in the group, as the reference does not do it
//! either: for such points the outcome is what the formulas give. They divide by nothing that can
//! be zero then. Every length is checked by reading: what is too short is refused. The work is
//! proportional to the size of the argument.

use alloc::vec::Vec;

use ark_bls12_381::{Bls12_381, Config, G1Affine, G1Projective, G2Affine, G2Projective};
use ark_ec::bls12::Bls12Config;
use ark_ec::hashing::HashToCurve;
use ark_ec::hashing::curve_maps::wb::WBMap;
use ark_ec::hashing::map_to_curve_hasher::MapToCurveBasedHasher;
use ark_ec::pairing::{MillerLoopOutput, Pairing};
use ark_ec::short_weierstrass::{Affine, Projective, SWCurveConfig};
use ark_ec::{CurveConfig, VariableBaseMSM};
use ark_ff::field_hashers::DefaultFieldHasher;
use ark_serialize::{CanonicalDeserialize, CanonicalSerialize, Compress, Validate};
use sha2::Sha256;

/// What hashes to the curve are for, as in Ethereum's signatures.
const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";

/// Pairs that one Miller loop takes: it needs 20 KB for each. The product is the same.
const PAIRS: usize = 64;

/// `Vec<G1Affine>`, `Vec<G2Affine>` → `TargetField`: the product of the Miller loops of all pairs.
pub(crate) fn multi_miller_loop(g1: &[u8], g2: &[u8]) -> Option<Vec<u8>> {
    let (g1, g2) = (decode::<Vec<G1Affine>>(g1)?, decode::<Vec<G2Affine>>(g2)?);
    if g1.len() != g2.len() {
        return None;
    }
    let products = g1.chunks(PAIRS).zip(g2.chunks(PAIRS));
    let loops = products.map(|(g1, g2)| Bls12_381::multi_miller_loop(g1, g2).0);
    encode(&loops.product::<<Bls12_381 as Pairing>::TargetField>())
}

/// `TargetField` → `TargetField`. The outcome of a Miller loop is not zero; zero is refused.
pub(crate) fn final_exponentiation(f: &[u8]) -> Option<Vec<u8>> {
    encode(&Bls12_381::final_exponentiation(MillerLoopOutput(decode(f)?))?.0)
}

/// `Vec<Affine>`, `Vec<ScalarField>` → projective coordinates: the sum of all products.
pub(crate) fn msm<C: SWCurveConfig>(bases: &[u8], scalars: &[u8]) -> Option<Vec<u8>> {
    let bases = decode::<Vec<Affine<C>>>(bases)?;
    let scalars = decode::<Vec<<C as CurveConfig>::ScalarField>>(scalars)?;
    encode_projective(&Projective::msm(&bases, &scalars).ok()?)
}

/// Projective coordinates, `Vec<u64>` with the lowest first → projective coordinates.
pub(crate) fn mul_projective<C: SWCurveConfig>(base: &[u8], scalar: &[u8]) -> Option<Vec<u8>> {
    let base = decode_projective::<C>(base)?;
    encode_projective(&C::mul_projective(&base, &decode::<Vec<u64>>(scalar)?))
}

/// `Vec<G1Projective>`, which are written as affine → `G1Projective`: the sum. No points at all
/// are refused.
pub(crate) fn aggregate_g1(points: &[u8]) -> Option<Vec<u8>> {
    let points = decode::<Vec<G1Projective>>(points)?;
    encode(&points.into_iter().reduce(|sum, point| sum + point)?)
}

/// Any message → `G2Affine`.
pub(crate) fn map_to_g2(message: &[u8]) -> Option<Vec<u8>> {
    type Map = WBMap<<Config as Bls12Config>::G2Config>;
    type Hasher = MapToCurveBasedHasher<G2Projective, DefaultFieldHasher<Sha256>, Map>;
    encode(&Hasher::new(DOMAIN).ok()?.hash(message).ok()?)
}

fn decode<T: CanonicalDeserialize>(mut bytes: &[u8]) -> Option<T> {
    T::deserialize_with_mode(&mut bytes, Compress::No, Validate::No).ok()
}

fn encode(value: &impl CanonicalSerialize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(value.serialized_size(Compress::No));
    value.serialize_with_mode(&mut bytes, Compress::No).ok()?;
    Some(bytes)
}

/// Coordinates as they are, which are not unique for a point.
fn decode_projective<C: SWCurveConfig>(bytes: &[u8]) -> Option<Projective<C>> {
    let (x, y, z) = decode(bytes)?;
    Some(Projective { x, y, z })
}

fn encode_projective<C: SWCurveConfig>(point: &Projective<C>) -> Option<Vec<u8>> {
    encode(&(point.x, point.y, point.z))
}
