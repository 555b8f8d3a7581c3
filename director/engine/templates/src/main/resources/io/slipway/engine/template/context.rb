# frozen_string_literal: true

# What a job's template sees, as BOSH's documentation describes it: p, if_p, link, if_link, spec, properties, name,
# index. A template is compiled once, into a method of a class of its own below Context.

require 'base64'
require 'digest'
require 'erb'
require 'json'
require 'openssl'
require 'ostruct'
require 'shellwords'
require 'yaml'

module Slipway
  class UnknownProperty < StandardError
    def initialize(names)
      super("Can't find property '#{names.join("', or '")}'")
    end
  end

  class UnknownLink < StandardError
    def initialize(name)
      super("Can't find link '#{name}'")
    end
  end

  # Looks up dotted names, for jobs and for links alike.
  module Properties
    def p(*arguments)
      names = Array(arguments[0])
      names.each do |name|
        value = property(name)
        return value unless value.nil?
      end
      return arguments[1] if arguments.length == 2

      raise UnknownProperty, names
    end

    def if_p(*names)
      values = names.map { |name| property(name) }
      return Otherwise.new(self) if values.any?(&:nil?)

      yield(*values)
      Done.new
    end

    private

    def property(name)
      name.to_s.split('.').reduce(@property_tree) do |tree, part|
        return nil unless tree.is_a?(Hash)

        tree[part]
      end
    end
  end

  # What if_p and if_link give when they did not run their block.
  class Otherwise
    def initialize(context)
      @context = context
    end

    def else
      yield
    end

    def else_if_p(*names, &block)
      @context.if_p(*names, &block)
    end

    def else_if_link(name, &block)
      @context.if_link(name, &block)
    end
  end

  # What if_p and if_link give when they did.
  class Done
    def else; end

    def else_if_p(*_names)
      self
    end

    def else_if_link(_name)
      self
    end
  end

  # The instances and properties that a link brings.
  class Link
    include Properties

    Instance = Struct.new(:name, :index, :id, :az, :address, :properties, :bootstrap)

    attr_reader :instances, :properties

    HEALTH = { 'unhealthy' => 1, 'healthy' => 3, 'all' => 4 }.freeze
    INITIAL_CHECK = { 'asynchronous' => 'y0', 'synchronous' => 'y1' }.freeze

    def initialize(tree)
      @tree = tree
      @property_tree = tree['properties'] || {}
      @properties = @property_tree
      @address = tree['address']
      @instances = (tree['instances'] || []).map do |one|
        Instance.new(one['name'], one['index'], one['id'], one['az'], one['address'], one['properties'], one['bootstrap'])
      end
    end

    # A query in BOSH DNS' language, or what the manifest gives as the address of a link of its own.
    def address(criteria = {})
      return @address if @address
      return instances.first && instances.first.address unless @tree['dns_query']

      @tree['use_short_dns_addresses'] ? short_query(criteria) : long_query(criteria)
    end

    private

    def long_query(criteria)
      first = criteria[:uuid] || "q-#{filters(criteria).sort.join}"
      names = @tree.values_at('instance_group', 'default_network', 'deployment_name').map { |name| label(name) }
      [first, *names, @tree['domain']].join('.')
    end

    def short_query(criteria)
      query = @tree['dns_query']
      all = filters(criteria) << "n#{query['network']}"
      if criteria[:uuid]
        all << "m#{query['instances'].fetch(criteria[:uuid]) { raise "Unknown instance UUID: '#{criteria[:uuid]}'" }}"
      end
      "q-#{all.sort.join}.q-g#{query['group']}.#{@tree['domain']}"
    end

    def filters(criteria)
      azs = (criteria[:azs] || []).map do |az|
        "a#{@tree['dns_query']['azs'].fetch(az) { raise "Unknown AZ: '#{az}'" }}"
      end
      azs + [INITIAL_CHECK[criteria[:initial_health_check]], "s#{HEALTH.fetch(criteria[:status], 0)}"].compact
    end

    def label(name)
      name.downcase.tr('_', '-').gsub(/[^a-z0-9-]/, '')
    end
  end

  # Everything that one template of one job on one instance may use.
  class Context
    include Properties

    attr_reader :spec, :properties, :raw_properties, :name, :index

    def initialize(tree)
      @property_tree = tree['properties']
      @raw_properties = @property_tree
      @properties = Context.open(@property_tree)
      @spec = Context.open(tree['spec'])
      @links = tree['links']
      @name = tree['spec']['name']
      @index = tree['spec']['index']
    end

    def link(link_name)
      tree = @links[link_name]
      raise UnknownLink, link_name if tree.nil?

      Link.new(tree)
    end

    def if_link(link_name)
      return Otherwise.new(self) if @links[link_name].nil?

      yield link(link_name)
      Done.new
    end

    def self.open(value)
      case value
      when Hash
        OpenStruct.new(value.transform_values { |one| open(one) })
      when Array
        value.map { |one| open(one) }
      else
        value
      end
    end
  end

  # Keeps compiled templates and renders them.
  class Renderer
    def initialize
      @compiled = {}
      @lock = Mutex.new
    end

    # Returns ['ok', text], or ['failed', line, message].
    def render(key, source, tree_json)
      [:ok.to_s, compiled(key, source).new(JSON.parse(tree_json)).render.to_s]
    rescue StandardError, ScriptError => e
      ['failed', line_of(e, key), message_of(e)]
    end

    private

    def compiled(key, source)
      @lock.synchronize { @compiled[key] } || compile(key, source)
    end

    def compile(key, source)
      context = Class.new(Context)
      ERB.new(source, trim_mode: '-').def_method(context, 'render()', key)
      @lock.synchronize { @compiled[key] ||= context }
    end

    def line_of(error, key)
      places = (error.backtrace || []) + [error.message.to_s]
      place = places.find { |one| one.include?("#{key}:") }
      place ? place[/#{Regexp.escape(key)}:(\d+)/, 1].to_i : 0
    end

    def message_of(error)
      text = error.message.to_s.lines.first.to_s.strip
      text = error.class.name if text.empty?
      error.is_a?(StandardError) && (error.is_a?(UnknownProperty) || error.is_a?(UnknownLink)) ? text : "#{error.class.name}: #{text}"
    end
  end
end

Slipway::Renderer.new
