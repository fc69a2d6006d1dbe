//! HTTP: endpoints, pages, files, middleware.

pub mod assets;
