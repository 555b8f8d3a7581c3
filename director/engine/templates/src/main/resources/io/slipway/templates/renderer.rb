# frozen_string_literal: true

module Slipway
  # The templates of a job, with what is the same for all instances of a group.
  class Job
    # Templates are triples of the key by which they are kept, the path that errors name, and the source.
    def initialize(renderer, templates, properties, links)
      @renderer = renderer
      @templates = templates
      @properties = properties
      @links = links
    end

    # Returns for each template, in their order, ['ok', text] or ['failed', line, message].
    def render(spec_json)
      spec = Slipway.tree(spec_json)
      @templates.map { |template| @renderer.render(template, @properties, @links, spec) }
    end
  end

  # A template that is a method of a class of its own below the context's, so that it is compiled but once.
  class MethodTemplate
    def initialize(code, path)
      @context = Bosh::Common::Template::EvaluationContext.with(code, path)
    end

    def render(context)
      context.render
    end

    def context(*given)
      @context.new(*given)
    end
  end

  # A template that defines classes or constants, which no method may.
  class EvaluatedTemplate
    def initialize(code, path)
      @code = code
      @path = path
    end

    def render(context)
      context.evaluate(@code, @path)
    end

    def context(*given)
      Bosh::Common::Template::EvaluationContext.new(*given)
    end
  end

  # Keeps compiled templates and renders them.
  class Renderer
    SEES_VARIABLES = /@(?:spec|properties|raw_properties|links|dns_encoder)\b|instance_variable/
    ITS_OWN_WORDS = [Bosh::Common::Template::UnknownProperty, Bosh::Common::Template::UnknownLink].freeze
    A_CLASS_OF_ITS_OWN = /#<Class:0x\h+>/

    Compiled = Struct.new(:template, :sees_variables)

    def initialize
      @compiled = {}
      @lock = Mutex.new
    end

    # Keys, paths and sources of templates are lists of the same length.
    def job(keys, paths, sources, properties_json, links_json)
      templates = keys.to_a.zip(paths.to_a, sources.to_a)
      links = Slipway.tree(links_json).transform_values { |link| Bosh::Common::Template::LinkContent.new(link) }
      Job.new(self, templates, Slipway.tree(properties_json), links)
    end

    def render(template, properties, links, spec)
      key, path, source = template
      compiled = compiled(key, path, source)
      context = compiled.template.context(properties, links, spec)
      context.complete if compiled.sees_variables
      ['ok', compiled.template.render(context).to_s]
    rescue Exception => e # A template may raise what it wants, and even exit.
      ['failed', line_of(e, path), message_of(e)]
    end

    private

    def compiled(key, path, source)
      @lock.synchronize { @compiled[key] } || compile(key, path, source)
    end

    def compile(key, path, source)
      code = ERB.new(source, trim_mode: '-').src
      template = begin
        MethodTemplate.new(code, path)
      rescue SyntaxError
        EvaluatedTemplate.new(code, path)
      end
      @lock.synchronize { @compiled[key] ||= Compiled.new(template, source.match?(SEES_VARIABLES)) }
    end

    def line_of(error, path)
      places = (error.backtrace || []) + [error.message.to_s]
      place = places.find { |one| one.include?("#{path}:") }
      place ? place[/#{Regexp.escape(path)}:(\d+)/, 1].to_i : 0
    end

    def message_of(error)
      text = error.message.to_s.lines.first.to_s.strip.gsub(A_CLASS_OF_ITS_OWN, Bosh::Common::Template::EvaluationContext.name)
      text = error.class.name if text.empty?
      ITS_OWN_WORDS.include?(error.class) ? text : "#{error.class.name}: #{text}"
    end
  end

  # Frozen, since many templates read it. Numbers that JSON does not have are written as Ruby and Java write them; depth is
  # bounded where YAML is read.
  def self.tree(json)
    JSON.parse(json, allow_nan: true, max_nesting: false, freeze: true)
  end
end

Slipway::Renderer.new
