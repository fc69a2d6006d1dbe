//! Trials of SECURITY §3.2: the real program, killed and raced, judged by what it has acknowledged. Each
//! is a test of a short size; `cargo xtask trial R1 --release` runs its long one. The seed is printed, and
//! taken from `DOORWARD_TRIAL_SEED`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod app;
mod backup;
mod kill;
mod races;
mod size;
mod upgrade;
