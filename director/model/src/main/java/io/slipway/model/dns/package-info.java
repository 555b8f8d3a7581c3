/** Names of instances, as BOSH DNS knows them: the numbers in queries, the records, the features. */
@NullMarked
package io.slipway.model.dns;

import org.jspecify.annotations.NullMarked;
