//! Re-encoding of uploaded pictures: they are decoded within limits and encoded again, so that only
//! a small PNG of this server is stored and served, and nothing of the uploaded file.

use std::io::Cursor;
use std::time::Duration;

use doorward_domain::boxed;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder as _, ImageEncoder as _, ImageFormat,
    ImageReader, Limits,
};
use tokio::sync::Semaphore;

use crate::blocking;
use crate::error::{FlowError, FlowResult, ServerError};

/// Maximum size of a file, in bytes.
pub const MAX_FILE: usize = 2 * 1024 * 1024;
pub const MEDIA_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/// The side of the stored square, in pixels; smaller pictures keep their size.
pub const SIDE: u32 = 256;

/// Maximum side of a decoded picture, in pixels.
const MAX_SIDE: u32 = 10_000;
/// Maximum memory of a decoded picture, in bytes: 16 million pixels in color.
const MAX_MEMORY: u64 = 64 * 1024 * 1024;
/// Maximum time that a picture waits to be encoded.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PictureError {
    Missing,
    /// More bytes than [`MAX_FILE`], or more pixels than the limit.
    TooLarge,
    /// Not a PNG, JPEG, GIF or WebP, regardless of its name.
    NoPicture,
}

/// Encodes one picture at a time, which bounds the memory.
#[derive(Debug)]
pub struct PictureEncoder(Semaphore);

impl Default for PictureEncoder {
    fn default() -> Self {
        Self(Semaphore::new(1))
    }
}

impl PictureEncoder {
    /// Encodes the middle of the picture in `file` as a square PNG of at most [`SIDE`] pixels,
    /// without any other content of the file.
    #[boxed]
    pub async fn redraw(&self, file: Vec<u8>) -> FlowResult<Vec<u8>, PictureError> {
        self.run(move || redraw(&file)).await
    }

    /// Encodes the picture in `file` as a PNG of this form.
    pub async fn draw(&self, file: Vec<u8>, shape: Shape) -> FlowResult<Picture, PictureError> {
        self.run(move || draw(&file, shape)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PictureError> + Send + 'static,
    ) -> FlowResult<T, PictureError> {
        let turn = tokio::time::timeout(PATIENCE, self.0.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            return Err(ServerError::Unavailable("pictures wait too long".to_owned()).into());
        };
        let drawn = blocking::run(work).await;
        let drawn = drawn.map_err(ServerError::internal)?;
        drawn.map_err(FlowError::Rejected)
    }
}

fn redraw(file: &[u8]) -> Result<Vec<u8>, PictureError> {
    draw(file, Shape::Square).map(|picture| picture.png)
}

/// The form of an encoded picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The middle of the picture, with at most [`SIDE`] pixels.
    Square,
    /// The whole picture, with at most this width and height.
    Within(u32, u32),
}

/// A picture that this server has encoded.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    pub png: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Encodes the picture in `file` as a PNG of this form, without any other content of the file.
pub fn draw(file: &[u8], shape: Shape) -> Result<Picture, PictureError> {
    if file.is_empty() {
        return Err(PictureError::Missing);
    }
    if file.len() > MAX_FILE {
        return Err(PictureError::TooLarge);
    }
    let decoded = decode(file)?;
    let drawn = match shape {
        Shape::Square => square(decoded),
        Shape::Within(width, height) => within(decoded, width, height),
    };
    let drawn = drawn.into_rgba8();
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(
            drawn.as_raw(),
            drawn.width(),
            drawn.height(),
            ExtendedColorType::Rgba8,
        )
        .map_err(|_| PictureError::NoPicture)?;
    Ok(Picture {
        png,
        width: drawn.width(),
        height: drawn.height(),
    })
}

/// Decodes the picture (the first one of several) with its camera orientation. The bytes determine
/// the format, not the name.
fn decode(file: &[u8]) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::new(Cursor::new(file));
    let format = image::guess_format(file).map_err(|_| PictureError::NoPicture)?;
    let allowed = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP,
    ];
    if !allowed.contains(&format) {
        return Err(PictureError::NoPicture);
    }
    reader.set_format(format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| problem(&error))?;
    // Checks the announced dimensions before decoding.
    let (width, height) = decoder.dimensions();
    if width > MAX_SIDE || height > MAX_SIDE || decoder.total_bytes() > MAX_MEMORY {
        return Err(PictureError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(PictureError::NoPicture);
    }
    let orientation = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| problem(&error))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(picture)
}

fn problem(error: &image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::NoPicture,
    }
}

/// Crops the largest square in the middle.
fn square(picture: DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    if width == height && side <= SIDE {
        return picture;
    }
    let square = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    if side > SIDE {
        square.thumbnail_exact(SIDE, SIDE)
    } else {
        square
    }
}

/// Shrinks a picture that exceeds the box.
fn within(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if picture.width() <= width && picture.height() <= height {
        return picture;
    }
    picture.resize(width, height, FilterType::Triangle)
}

#[cfg(test)]
mod tests;
