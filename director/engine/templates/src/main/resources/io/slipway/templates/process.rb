# frozen_string_literal: true

# What templates find around them in the process of the BOSH director: libraries that it has loaded, methods that it and
# ActiveSupport give to all objects, numbers as its Ruby writes them.

require 'base64'
require 'bigdecimal'
require 'date'
require 'digest'
require 'erb'
require 'json'
require 'openssl'
require 'ostruct'
require 'pathname'
require 'securerandom'
require 'shellwords'
require 'time'
require 'uri'
require 'yaml'

{
  CGI: 'cgi', FileUtils: 'fileutils', IPAddr: 'ipaddr', Logger: 'logger', Net: 'net/http', Set: 'set',
  StringIO: 'stringio', Tempfile: 'tempfile', Zlib: 'zlib'
}.each { |constant, library| Object.autoload(constant, library) unless Object.const_defined?(constant, false) }

# Templates ask for it by name, although it is there.
$LOADED_FEATURES.push('active_support.rb', 'active_support/core_ext/object/blank.rb')

class Object
  def blank?
    respond_to?(:empty?) ? !!empty? : !self
  end

  def present?
    !blank?
  end

  def presence
    self if present?
  end

  def to_openstruct
    self
  end
end

class String
  def blank?
    match?(/\A[[:space:]]*\z/)
  end
end

class Array
  def to_openstruct
    map(&:to_openstruct)
  end
end

class Hash
  def to_openstruct
    OpenStruct.new(transform_values(&:to_openstruct))
  end

  def recursive_merge(other)
    merge(other) do |_, before, after|
      before.instance_of?(Hash) && after.instance_of?(Hash) ? before.recursive_merge(after) : after
    end
  end
end

class Float
  PLAIN = (1e-3...1e7)

  alias written_by_java to_s

  # JRuby changes to exponents later than Ruby, and does not always find the shortest digits.
  def to_s
    PLAIN.cover?(abs) ? written_by_java : Java::IoSlipwayModelYaml::RubyText.of(self)
  end
  alias inspect to_s
end

# JRuby's JSON writes floats as Java does, with exponents where Ruby has none.
module RubyFloatsInJson
  Written = Struct.new(:text) do
    def to_json(*)
      text
    end
  end
  DEEPEST = 100

  def self.of(value, depth = 0)
    case value
    when Float
      value.zero? || !value.finite? || Float::PLAIN.cover?(value.abs) ? value : Written.new(value.to_s)
    when Hash, Array
      depth > DEEPEST ? value : within(value, depth)
    else value
    end
  end

  # The same object, where nothing is to be written otherwise.
  def self.within(value, depth)
    changed = nil
    keys = value.is_a?(Hash) ? value.keys : value.each_index
    keys.each do |key|
      one = value[key]
      written = of(one, depth + 1)
      (changed ||= value.dup)[key] = written unless written.equal?(one)
    end
    changed || value
  end
  private_class_method :within

  module Methods
    def to_json(*arguments)
      written = RubyFloatsInJson.of(self)
      written.equal?(self) ? super : written.to_json(*arguments)
    end
  end

  module Functions
    %i[dump fast_generate generate pretty_generate].each do |name|
      define_method(name) { |value, *arguments| super(RubyFloatsInJson.of(value), *arguments) }
    end
  end

  [Array, Float, Hash].each { |type| type.prepend(Methods) }
  JSON.singleton_class.prepend(Functions)
end

# A struct that makes methods only for names that are taken, or when somebody asks which methods it has: templates read a
# few of many fields.
class OpenStruct
  TAKEN_NAMES = (instance_methods + private_instance_methods).to_h { |name| [name, true] }.freeze
  private_constant :TAKEN_NAMES

  def self.over(fields)
    struct = allocate
    table = {}
    struct.instance_variable_set(:@table, table)
    fields.each do |name, value|
      key = name.to_sym
      TAKEN_NAMES.key?(key) ? struct[key] = value : table[key] = value
    end
    struct
  end

  def methods(all = true)
    define_all_members unless all
    super
  end

  def singleton_methods(all = true)
    define_all_members
    super
  end

  private

  def respond_to_missing?(name, include_private = false)
    @table&.key?(name.to_s.delete_suffix('=').to_sym) || super
  end

  def define_all_members
    update_to_values!(@table) unless frozen?
  end
end
