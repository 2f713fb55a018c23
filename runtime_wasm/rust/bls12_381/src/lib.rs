#![no_std]
pub mod interface {}
