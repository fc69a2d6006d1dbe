//! What a person knows or holds: passwords now, further factors beside them.

pub mod password;
