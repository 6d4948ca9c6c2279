"""Blind signatures against the published example of RFC 9474, appendix A.1, and in what they must refuse."""

import pytest

from adapters.keys.blind import PrivateKey, Unsigned, blind, draw_key, finalize, sign_blinded, verify
from adapters.keys.voting import BlindSigning

KEY = PrivateKey(
    p="e1f4d7a34802e27c7392a3cea32a262a34dc3691bd87f3f310dc75673488930559c120fd0410194fb8a0da55bd0b81227e843fdca6692ae80e5a5d"
    "414116d4803fca7d8c30eaaae57e44a1816ebb5c5b0606c536246c7f11985d731684150b63c9a3ad9e41b04c0b5b27cb188a692c84696b742a80d3cd"
    "00ab891f2457443dadfeba6d6daf108602be26d7071803c67105a5426838e6889d77e8474b29244cefaf418e381b312048b457d73419213063c60ee7"
    "b0d81820165864fef93523c9635c22210956e53a8d96322493ffc58d845368e2416e078e5bcb5d2fd68ae6acfa54f9627c42e84a9d3f2774017e32eb"
    "ca06308a12ecc290c7cd1156dcccfb2311",
    q="c601a9caea66dc3835827b539db9df6f6f5ae77244692780cd334a006ab353c806426b60718c05245650821d39445d3ab591ed10a7339f15d83fe1"
    "3f6a3dfb20b9452c6a9b42eaa62a68c970df3cadb2139f804ad8223d56108dfde30ba7d367e9b0a7a80c4fdba2fd9dde6661fc73fc2947569d2029f2"
    "870fc02d8325acf28c9afa19ecf962daa7916e21afad09eb62fe9f1cf91b77dc879b7974b490d3ebd2e95426057f35d0a3c9f45f79ac727ab81a519a"
    "8b9285932d9b2e5ccd347e59f3f32ad9ca359115e7da008ab7406707bd0e8e185a5ed8758b5ba266e8828f8d863ae133846304a2936ad7bc7c980387"
    "9d2fc4a28e69291d73dbd799f8bc238385",
)
MESSAGE = bytes.fromhex(
    "8417e699b219d583fb6216ae0c53ca0e9723442d02f1d1a34295527e7d929e8b"
    "8f3dc6fb8c4a02f4d6352edf0907822c1210a9b32f9bdda4c45a698c80023aa6b59f8cfec5fdbb36331372ebefedae7d"
)
SALT = bytes.fromhex("051722b35f458781397c3a671a7d3bd3096503940e4c4f1aaa269d60300ce449555cd7340100df9d46944c5356825abf")
INVERSE = int(
    "80682c48982407b489d53d1261b19ec8627d02b8cda5336750b8cee332ae260de57b02d72609c1e0e9f28e2040fc65b6f02d56dbd6aa9af8fde656f7"
    "0495dfb723ba01173d4707a12fddac628ca29f3e32340bd8f7ddb557cf819f6b01e445ad96f874ba235584ee71f6581f62d4f43bf03f910f6510deb8"
    "5e8ef06c7f09d9794a008be7ff2529f0ebb69decef646387dc767b74939265fec0223aa6d84d2a8a1cc912d5ca25b4e144ab8f6ba054b54910176d57"
    "37a2cff011da431bd5f2a0d2d66b9e70b39f4b050e45c0d9c16f02deda9ddf2d00f3e4b01037d7029cd49c2d46a8e1fc2c0c17520af1f4b5e25ba396"
    "afc4cd60c494a4c426448b35b49635b337cfb08e7c22a39b256dd032c00adddafb51a627f99a0e1704170ac1f1912e49d9db10ec04c19c58f4202129"
    "73e0cb329524223a6aa56c7937c5dffdb5d966b6cd4cbc26f3201dd25c80960a1a111b32947bb78973d269fac7f5186530930ed19f68507540eed9e1"
    "bab8b00f00d8ca09b3f099aae46180e04e3584bd7ca054df18a1504b89d1d1675d0966c4ae1407be325cdf623cf13ff13e4a28b594d59e3eadbadf61"
    "36eee7a59d6a444c9eb4e2198e8a974f27a39eb63af2c9af3870488b8adaad444674f512133ad80b9220e09158521614f1faadfe8505ef57b7df6813"
    "048603f0dd04f4280177a11380fbfc861dbcbd7418d62155248dad5fdec0991f",
    16,
)
BLINDED = bytes.fromhex(
    "aa3ee045138d874669685ffaef962c7694a9450aa9b4fd6465db9b3b75a522bb921c4c0fdcdfae9667593255099cff51f5d3fd65e8ffb9d3b3036252"
    "a6b51b6edfb3f40382b2bbf34c0055e4cbcc422850e586d84f190cd449af11dc65545f5fe26fd89796eb87da4bda0c545f397cddfeeb56f06e28135e"
    "c74fd477949e7677f6f36cfae8fd5c1c5898b03b9c244cf6d1a4fb7ad1cb43aff5e80cb462fac541e72f67f0a50f1843d1759edfaae92d1a916d3f0e"
    "faf4d650db416c3bf8abdb5414a78cebc97de676723cb119e77aea489f2bbf530c440ebc5a75dccd3ebf5a412a5f346badd61bee588e5917bdcce9dc"
    "33c882e39826951b0b8276c6203971947072b726e935816056ff5cb11a71ca2946478584126bb877acdf87255f26e6cca4e0878801307485d3b7bb89"
    "b289551a8b65a7a6b93db010423d1406e149c87731910306e5e410b41d4da3234624e74f92845183e323cf7eb244f212a695f8856c675fbc3a021ce6"
    "49e22c6f0d053a9d238841cf3afdc2739f99672a419ae13c17f1f8a3bc302ec2e7b98e8c353898b7150ad8877ec841ea6e4b288064c254fefd0d049c"
    "3ad196bf7ffa535e74585d0120ce728036ed500942fbd5e6332c298f1ffebe9ff60c1e117b274cf0cb9d70c36ee4891528996ec1ed0b178e9f3c0c0e"
    "6120885f39e8ccaadbb20f3196378c07b1ff22d10049d3039a7a92fe7efdd95d"
)
SIGNATURE = bytes.fromhex(
    "191e941c57510e22d29afad257de5ca436d2316221fe870c7cb75205a6c071c2735aed0bc24c37f3d5bd960ab97a829a508f966bbaed7a82645e65ea"
    "daf24ab5e6d9421392c5b15b7f9b640d34fec512846a3100b80f75ef51064602118c1a77d28d938f6efc22041d60159a518d3de7c4d840c9c6810967"
    "2d743d299d8d2577ef60c19ab463c716b3fa75fa56f5735349d414a44df12bf0dd44aa3e10822a651ed4cb0eb6f47c9bd0ef14a034a7ac2451e30434"
    "d513eb22e68b7587a8de9b4e63a059d05c8b22c7c51e2cfee2d8bef511412e93c859a13726d87c57d1bc4c2e68ab121562f839c3a3d233e87ed63c69"
    "b7e57525367753fbebcc2a9805a2802659f5888b2c69115bf865559f10d906c09d048a0d71bfee4b33857393ec2b69e451433496d02c9a7910abb954"
    "317720bbde9e69108eafc3e90bad3d5ca4066d7b1e49013fa04e948104a1dd82b12509ecb146e948c54bd8bfb5e6d18127cd1f7a93c3cf9f2d869d5a"
    "78878c03fe808a0d799e910be6f26d18db61c485b303631d3568368fc41986d08a95ea6ac0592240c19d7b22416b9c82ae6241e211dd5610d0baaa98"
    "23158f9c32b66318f5529491b7eeadcaa71898a63bac9d95f4aa548d5e97568d744fc429104e32edd9c87519892a198a30d333d427739ffb9607b092"
    "e910ae37771abf2adb9f63bc058bf58062ad456cb934679795bbdfcdfad5e0f2"
)


def test_the_published_example_comes_out_byte_for_byte() -> None:
    blinded = blind(KEY.modulus, MESSAGE, salt=SALT, inverse=INVERSE)
    assert blinded.blinded == BLINDED
    assert finalize(KEY.modulus, MESSAGE, sign_blinded(KEY, BLINDED), blinded) == SIGNATURE
    verify(KEY.modulus, MESSAGE, SIGNATURE)


@pytest.fixture(scope="module")
def key() -> PrivateKey:
    return draw_key()


def test_a_signature_is_of_one_message_and_one_key(key: PrivateKey) -> None:
    token = b"t" * 32
    blinded = blind(key.modulus, token)
    signature = finalize(key.modulus, token, sign_blinded(key, blinded.blinded), blinded)
    verify(key.modulus, token, signature)
    with pytest.raises(Unsigned):
        verify(key.modulus, b"u" * 32, signature)
    with pytest.raises(Unsigned):
        verify(key.modulus, token, signature[:-1] + bytes([signature[-1] ^ 1]))
    with pytest.raises(Unsigned):
        verify(key.modulus, token, b"")
    assert not BlindSigning().bears(f"{KEY.modulus:x}", token, signature)


def test_the_signer_sees_another_number_each_time(key: PrivateKey) -> None:
    assert blind(key.modulus, b"t" * 32).blinded != blind(key.modulus, b"t" * 32).blinded


def test_what_another_key_signed_is_not_taken_off(key: PrivateKey) -> None:
    blinded = blind(key.modulus, b"t" * 32)
    for wrong in (bytes(256), bytes(255), b"\xff" * 256):
        with pytest.raises(Unsigned):
            finalize(key.modulus, b"t" * 32, wrong, blinded)


@pytest.mark.parametrize("blinded", [b"", bytes(256), bytes(255) + b"\x01", b"\xff" * 256, b"x" * 257])
def test_what_is_no_blinded_message_is_not_signed(key: PrivateKey, blinded: bytes) -> None:
    with pytest.raises(Unsigned):
        sign_blinded(key, blinded)
    private, _ = BlindSigning().draw()
    assert BlindSigning().sign(private, blinded) is None
