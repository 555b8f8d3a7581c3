package io.slipway.secrets.variable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordHashTest {

    /** The hashes are those of {@code openssl passwd -6}. */
    @ParameterizedTest
    @CsvSource({
        "'Hello world!', 'saltstring', 'svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1'",
        "'a', 'x', '6Zqbz8j5rMHIeJ1ujjjFXuZXSa/VORj.fVUEQcJc.rjR9.wCKlhZuymRQLtIEzcxNmqwX/fRNvM45BbvFayY51'",
        "'this is a password of more than sixty-four characters, to go around twice', 'ABCDEFGH12345678', 'hOgsj9dk95VKi2ERms2uxdV7BQzFj3Ws6HJ49nmmm1xc3HcwgQuX7Cd2v7sP0IQFdpr4mrKfuDgQgyqOMlouS1'",
        "'ünïcödé', './az', '6mIjtvUYpY6fV3wr/vuwK0xpQmoRhYo29xGeY7zkwSBbUQ3y35hRNHmU.OZejgHt5W/7JUzl/BJ.s8UDFJ.Kc1'"
    })
    void hashes_as_unix_does(String password, String salt, String hash) {
        assertThat(PasswordHash.of(password, salt)).isEqualTo("$6$" + salt + "$" + hash);
    }
}
