use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use rstest::rstest;

use super::*;

const RED: Rgb<u8> = Rgb([200, 10, 10]);
const BLUE: Rgb<u8> = Rgb([10, 10, 200]);

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { RED } else { BLUE }).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn redrawn(file: &[u8]) -> RgbaImage {
    let png = redraw(file).unwrap();
    assert_eq!(image::guess_format(&png).unwrap(), ImageFormat::Png);
    image::load_from_memory(&png).unwrap().into_rgba8()
}

fn is_like(pixel: Rgba<u8>, colour: Rgb<u8>) -> bool {
    let near = |a: u8, b: u8| a.abs_diff(b) < 40;
    (0..3).all(|i| near(pixel.0[i], colour.0[i])) && pixel.0[3] == 255
}

#[rstest]
fn each_format_becomes_small_centered_square(
    #[values(
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::WebP
    )]
    format: ImageFormat,
    #[values((900, 300, 256), (300, 900, 256), (40, 60, 40), (256, 256, 256), (1, 5, 1))] size: (
        u32,
        u32,
        u32,
    ),
) {
    let (width, height, side) = size;
    let drawn = redrawn(&encoded(&halves(width, height), format));
    assert_eq!(drawn.dimensions(), (side, side));
    if side > 1 {
        assert!(is_like(*drawn.get_pixel(side / 8, side / 2), RED));
        assert!(is_like(
            *drawn.get_pixel(side - 1 - side / 8, side / 2),
            BLUE
        ));
    }
}

#[rstest]
#[case((480, 88), (480, 88))]
#[case((960, 88), (480, 44))]
#[case((100, 880), (10, 88))]
#[case((30, 20), (30, 20))]
#[case((5_000, 1), (480, 1))]
fn whole_picture_fits_in_box(#[case] size: (u32, u32), #[case] expected: (u32, u32)) {
    let file = encoded(&halves(size.0, size.1), ImageFormat::Png);
    let drawn = draw(&file, Shape::Within(480, 88)).unwrap();
    assert_eq!((drawn.width, drawn.height), expected);
    let picture = image::load_from_memory(&drawn.png).unwrap().into_rgba8();
    assert_eq!(picture.dimensions(), expected);
    assert!(is_like(*picture.get_pixel(0, 0), RED));
    assert!(is_like(*picture.get_pixel(expected.0 - 1, 0), BLUE));
}

#[test]
fn transparency_is_kept() {
    let clear = RgbaImage::from_pixel(9, 9, Rgba([1, 2, 3, 0]));
    let drawn = redrawn(&encoded(&clear.into(), ImageFormat::Png));
    assert_eq!(drawn.get_pixel(4, 4).0[3], 0);
}

/// A JPEG with an EXIF block: orientation 6 (turned to the left), a camera and a location.
fn photograph() -> Vec<u8> {
    let jpeg = encoded(&halves(64, 64), ImageFormat::Jpeg);
    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    tiff.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
    tiff.extend_from_slice(b"\x0f\x01\x02\0\x10\0\0\0\x26\0\0\0");
    tiff.extend_from_slice(b"\0\0\0\0SecretCameraAt52\0");
    let mut app1 = b"Exif\0\0".to_vec();
    app1.extend_from_slice(&tiff);
    let length = u16::try_from(app1.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], b"\xff\xe1", &length, &app1, &jpeg[2..]].concat()
}

#[test]
fn photograph_is_rotated_and_loses_metadata() {
    let file = photograph();
    let png = redraw(&file).unwrap();
    for secret in ["SecretCamera", "Exif", "eXIf", "tEXt", "iTXt"] {
        let found = png
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{secret}");
    }
    let drawn = redrawn(&file);
    // Turned by a quarter to the right: the left half is now at the top.
    assert!(is_like(*drawn.get_pixel(32, 4), RED));
    assert!(is_like(*drawn.get_pixel(32, 60), BLUE));
}

#[test]
fn bytes_after_picture_are_removed() {
    let mut file = encoded(&halves(20, 20), ImageFormat::Png);
    file.extend_from_slice(b"<script>alert(1)</script>");
    let png = redraw(&file).unwrap();
    assert!(!png.windows(7).any(|part| part == b"<script"));
}

#[rstest]
#[case::nothing(b"", PictureError::Missing)]
#[case::words(b"hello, I am avatar.png", PictureError::NoPicture)]
#[case::svg(
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
    PictureError::NoPicture
)]
#[case::html(b"<!doctype html><script>alert(1)</script>", PictureError::NoPicture)]
#[case::only_a_signature(b"\x89PNG\r\n\x1a\n", PictureError::NoPicture)]
#[case::bitmap(
    b"BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\x01\0\x01\0\x01\0\x18\0\0\0\xff\0",
    PictureError::NoPicture
)]
#[case::script_in_a_gif(b"GIF89a/*<svg onload=alert(1)>*/=alert(1)", PictureError::TooLarge)]
fn rejects_non_picture_files(#[case] file: &[u8], #[case] expected: PictureError) {
    assert_eq!(redraw(file), Err(expected));
}

#[test]
fn rejects_broken_picture() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
        let file = encoded(&halves(300, 300), format);
        let half = &file[..file.len() / 2];
        assert_eq!(redraw(half), Err(PictureError::NoPicture), "{format:?}");
    }
}

/// A PNG that announces `width` × `height` and contains almost nothing.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = encoded(&halves(1, 1), ImageFormat::Png);
    file[16..20].copy_from_slice(&width.to_be_bytes());
    file[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = crc32(&file[12..29]).to_be_bytes();
    file[29..33].copy_from_slice(&crc);
    file
}

/// Computes the checksum of a chunk (PNG §D).
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            0xedb8_8320 ^ (crc >> 1)
        } else {
            crc >> 1
        }
    };
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}

#[rstest]
#[case(100_000, 10)]
#[case(10, 100_000)]
#[case(9_000, 9_000)]
#[case(u32::MAX >> 1, u32::MAX >> 1)]
fn rejects_decompression_bomb_before_decoding(#[case] width: u32, #[case] height: u32) {
    assert_eq!(redraw(&bomb(width, height)), Err(PictureError::TooLarge));
}

#[test]
fn gif_may_announce_little_and_want_much() {
    // The frame is larger than the canvas: GIF89a, 65535 × 65535.
    let mut file = encoded(&halves(2, 2), ImageFormat::Gif);
    file[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(redraw(&file), Err(PictureError::TooLarge));
}

#[test]
fn long_file_is_rejected_unread() {
    let mut file = encoded(&halves(20, 20), ImageFormat::Png);
    file.resize(MAX_FILE + 1, 0);
    assert_eq!(redraw(&file), Err(PictureError::TooLarge));
}
