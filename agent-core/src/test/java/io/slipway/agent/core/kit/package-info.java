/** What the tests of all agents share: a director that keeps the contract, its authority, and its blobstore. */
package io.slipway.agent.core.kit;
